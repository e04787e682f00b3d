import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FIXTURES } from '../../support/check.js';

/** Files that others can read: none that allows a finding in our words. */
const corpus = (folder: string): number =>
  readdirSync(join(FIXTURES, folder)).filter((name) => !/pawl:allow/.test(readFileSync(join(FIXTURES, folder, name), 'utf8')))
    .length;

/**
 * That Pawl has them all right is what test/postgres/check/corpus.test.ts holds. Files may come after the other linters were run: a new rule
 * needs none of them installed.
 */
it('the table of linters is about files that are there, as many of them for each linter', () => {
  const page = readFileSync('docs/checking.md', 'utf8');
  const [, dangerous = 0, safe = 0] = /\| caught of (\d+) dangerous \| missed \| false alarms at (\d+) safe \|/
    .exec(page)!
    .map(Number);
  expect(dangerous).toBeLessThanOrEqual(corpus('dangerous'));
  expect(safe).toBeLessThanOrEqual(corpus('safe'));
  expect(page).toContain(`| pawl check | ${dangerous} | 0 | 0 |`);
  const others = [...page.matchAll(/^\| (?:squawk|eugene).*? \| (\d+) \| (\d+) \|/gm)];
  expect(others.map(([, caught, missed]) => Number(caught) + Number(missed))).toEqual(others.map(() => dangerous));
});
