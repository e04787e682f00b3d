import { expect, test } from 'vitest';
import { findingList } from '../../../src/cli/view/finding.js';

const look = { columns: 100, color: false };
const warnings = (count: number, code = 'ORPHAN_ROW') =>
  Array.from({ length: count }, (_, i) => ({ severity: 'warning' as const, code, message: `version ${i} has no file` }));

test('shows the first ones of hundreds of alike findings, and each of another kind, errors first', () => {
  const text = findingList(
    [...warnings(300), { severity: 'error', code: 'LEDGER_EDITED', message: 'm/1.sql was edited', next: 'Restore it.' }],
    look,
  );
  expect(text.split('\n')).toEqual([
    '✗ m/1.sql was edited [LEDGER_EDITED]',
    '  Restore it.',
    '! version 0 has no file [ORPHAN_ROW]',
    '! version 1 has no file [ORPHAN_ROW]',
    '! version 2 has no file [ORPHAN_ROW]',
    '  … and 297 more like it [ORPHAN_ROW]',
  ]);
});

test('folds nothing of which only one would be hidden', () => {
  expect(findingList(warnings(4), look)).not.toContain('more like it');
});
