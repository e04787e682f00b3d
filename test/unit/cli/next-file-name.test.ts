import { expect, it } from 'vitest';
import { nextFileNames } from '../../../src/cli/new/next-file-name.js';

const now = new Date('2026-11-21T05:06:07.890Z');
const next = (neighbours: string[], versions: string[] = [], label = 'Add total') =>
  nextFileNames({ neighbours, versions, label, now });

it.each([
  ['an empty directory', [], ['0001_add_total.sql']],
  ['padded numbers', ['0009_a.sql', '0010_b.sql', 'README.md'], ['0011_add_total.sql']],
  ['numbers without padding', ['9_a.sql', '10_b.sql'], ['11_add_total.sql']],
  ['a full width', ['99_a.sql'], ['100_add_total.sql']],
  ['timestamps', ['20240131120000_a.sql'], ['20261121050607_add_total.sql']],
  ['seconds', ['1706702400_a.sql'], ['1795237567_add_total.sql']],
  ['milliseconds', ['1706702400000-a.sql'], ['1795237567890-add_total.sql']],
  ['pairs', ['000001_a.up.sql', '000001_a.down.sql'], ['000002_add_total.up.sql', '000002_add_total.down.sql']],
  ['Flyway', ['V1__a.sql', 'V2_1__b.sql'], ['V3__add_total.sql']],
  ['no labels', ['000001.sql'], ['000002_add_total.sql']],
])('follows %s', (_, neighbours, names) => {
  expect(next(neighbours)).toEqual(names);
});

it('takes no number that another directory of the target has', () => {
  expect(next(['0001_a.sql'], ['1', '2', '7', '20240131120000'])).toEqual(['0003_add_total.sql']);
});

it('makes a file name of any words', () => {
  expect(next([], [], ' Größe, "quoted" & more! ')).toEqual(['0001_größe_quoted_more.sql']);
  expect(next([], [], '../../etc')).toEqual(['0001_etc.sql']);
  expect(next([], [], '!!!')).toEqual(['0001_migration.sql']);
});
