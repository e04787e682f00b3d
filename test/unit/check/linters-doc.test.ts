import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { FIXTURES } from '../../support/check.js';

/** Files that others can read: none that allows a finding in our words. */
const corpus = (folder: string): number =>
  readdirSync(join(FIXTURES, folder)).filter((name) => !/pawl:allow/.test(readFileSync(join(FIXTURES, folder, name), 'utf8')))
    .length;

/** That Pawl has them all right is what test/postgres/check/corpus.test.ts holds. */
it('the table of linters is about the files that are there', () => {
  const [dangerous, safe] = [corpus('dangerous'), corpus('safe')];
  const page = readFileSync('docs/checking.md', 'utf8');
  expect(page).toContain(`| caught of ${dangerous} dangerous | missed | false alarms at ${safe} safe |`);
  expect(page).toContain(`| pawl check | ${dangerous} | 0 | 0 |`);
  for (const [, caught, missed] of page.matchAll(/^\| (?:squawk|eugene).*? \| (\d+) \| (\d+) \|/gm))
    expect(Number(caught) + Number(missed)).toBe(dangerous);
});
