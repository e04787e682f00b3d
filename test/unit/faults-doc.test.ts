import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** The cells of the rows of a page's tables, without their heads. */
function rowsOf(page: string): string[][] {
  return readFileSync(join(root, page), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (fault|suspicion|claim|who) \|/.test(line))
    .map((line) => line.split('|').slice(1, -1));
}

/** Files of tests with the titles that a cell names after each. */
function testsOf(cell: string): [file: string, titles: string[]][] {
  return cell.split('<br>').map((part) => {
    const [file = '', ...titles] = [...part.matchAll(/`([^`]+)`/g)].map((match) => match[1]!);
    return [file, titles];
  });
}

function expectTests(cell: string): void {
  for (const [file, titles] of testsOf(cell)) {
    expect(existsSync(join(root, file)), file).toBe(true);
    const source = readFileSync(join(root, file), 'utf8').replaceAll("\\'", "'");
    expect(titles.length, `a test of ${file}`).toBeGreaterThan(0);
    for (const title of titles) expect(source, `${file}: ${title}`).toContain(title);
  }
}

it('docs/faults.md names for each fault its kind, the others of it, and tests that are there', () => {
  const rows = rowsOf('docs/faults.md');
  expect(rows.length).toBeGreaterThan(40);
  for (const cells of rows) {
    for (const cell of cells) expect(cell.trim(), cells[0]).not.toBe('');
    const tests = cells.at(-1)!.trim();
    if (!tests.startsWith('none: ')) expectTests(tests);
  }
});

it('SECURITY.md names for each claim tests that are there', () => {
  const claims = rowsOf('SECURITY.md').filter((cells) => cells.length === 2);
  expect(claims.length).toBeGreaterThan(10);
  for (const [, tests] of claims) expectTests(tests!);
});
