import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RULES } from '../../../src/check/rules/rules.js';
import { FIXTURES } from '../../support/check.js';

/** Files that others can read: none that allows a finding in our words. */
const corpus = (folder: string): number =>
  readdirSync(join(FIXTURES, folder)).filter((name) => !/pawl:allow/.test(readFileSync(join(FIXTURES, folder, name), 'utf8')))
    .length;

function section(title: string): string {
  const [, text = ''] = readFileSync('docs/checking.md', 'utf8').split(`\n## ${title}\n`);
  return text.split('\n## ')[0]!;
}

/**
 * That Pawl has them all right is what test/postgres/check/corpus.test.ts holds. Files may come after the other linters were run: a new rule
 * needs none of them installed.
 */
it('the table of linters is about files that are there, as many of them for each linter', () => {
  const page = section('Beside other linters');
  const [, dangerous = 0, safe = 0] = /\| caught of (\d+) dangerous \| missed \| false alarms at (\d+) safe \|/
    .exec(page)!
    .map(Number);
  expect(dangerous).toBeLessThanOrEqual(corpus('dangerous'));
  expect(safe).toBeLessThanOrEqual(corpus('safe'));
  expect(page).toContain(`| pawl check | ${dangerous} | 0 | 0 |`);
  const others = [...page.matchAll(/^\| (?:squawk|eugene).*? \| (\d+) \| (\d+) \|/gm)];
  expect(others.map(([, caught, missed]) => Number(caught) + Number(missed))).toEqual(others.map(() => dangerous));
});

it('the table of the corpus is about as many files as there are, and has each of them for each linter', () => {
  const rows = [
    ...section('Beside a running application').matchAll(/^\| (?:pawl|squawk|eugene).*? \| (\d+) \| (\d+) \| \d+ \| \d+ \|$/gm),
  ];
  expect(rows).toHaveLength(7);
  expect(rows.map(([, caught, missed]) => Number(caught) + Number(missed))).toEqual(
    rows.map(() => readdirSync('bench/corpus/dangerous').length),
  );
});

it('docs/linter-rules.md names rules of ours that exist, and says of each other one why it has none', () => {
  const rows = readFileSync('docs/linter-rules.md', 'utf8')
    .split('\n')
    .filter((line) => /^\| (?!Rule|-)/.test(line));
  const known = new Set(RULES.map(({ id }) => id));
  const named = rows.flatMap((row) => [...row.matchAll(/`([A-Z]{2}\d{3})`/g)].map(([, id]) => id!));
  expect(rows.length).toBeGreaterThan(100);
  expect(named.filter((id) => !known.has(id))).toEqual([]);
  expect(rows.filter((row) => /\| – \|\s*\|$/.test(row))).toEqual([]);
});
