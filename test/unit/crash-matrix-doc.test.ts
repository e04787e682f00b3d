import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const doc = readFileSync(join(root, 'docs/crash-matrix.md'), 'utf8');
const ROW = /^[WTPNF]\d+(?= )/;

/** Titles of tests as they stand in the code: those that begin with a row of the matrix. */
const titles = readdirSync(join(root, 'test/crash'))
  .map((file) => readFileSync(join(root, 'test/crash', file), 'utf8'))
  .flatMap((source) => [...source.matchAll(/'((?:[WTPNF]\d+ )+[^'\n]+)'/g)].map((match) => match[1]!));

/** Titles by row, and whether the row says that it passes. */
const rows = doc
  .split('\n')
  .filter((line) => /^\| [WTPNF]\d+ +\|/.test(line))
  .map((line) => {
    const [row = '', , , tests = '', result = ''] = line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim());
    return { row, tests: [...tests.matchAll(/`([^`]+)`/g)].map((match) => match[1]!), result };
  });

/** A title may belong to several rows: `P3 N4 ...`. */
function rowsOf(title: string): string[] {
  const row = ROW.exec(title)?.[0];
  return row === undefined ? [] : [row, ...rowsOf(title.slice(row.length + 1))];
}

test('docs/crash-matrix.md names every crash test in its row, and none that is not there', () => {
  const wanted = titles.flatMap((title) => rowsOf(title).map((row) => `${row}: ${title}`));
  const found = rows.flatMap(({ row, tests }) => tests.map((title) => `${row}: ${title}`));
  expect(wanted.length).toBeGreaterThan(60);
  expect(found.toSorted()).toEqual(wanted.toSorted());
});

test('docs/crash-matrix.md has every row of the matrix; one without a test says so', () => {
  const numbers = (letter: string, last: number): string[] => Array.from({ length: last }, (_, n) => `${letter}${n + 1}`);
  expect(rows.map(({ row }) => row)).toEqual([
    ...numbers('W', 13),
    ...numbers('T', 6),
    ...numbers('P', 10),
    ...numbers('N', 4),
    ...numbers('F', 3),
  ]);
  for (const { tests, result } of rows) expect(result).toBe(tests.length > 0 ? 'passes' : '-');
  expect(rows.filter(({ tests }) => tests.length === 0).map(({ row }) => row)).toEqual([]);
});
