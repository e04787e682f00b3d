import { afterEach, expect, it, vi } from 'vitest';
import { sqlFailure } from '../../../src/engine/apply/sql-failure.js';
import { wordsOf } from '../../../src/engine/files/names.js';
import type { Migration } from '../../../src/engine/files/migration.js';

vi.mock('../../../src/engine/files/names.js', { spy: true });
afterEach(() => {
  vi.clearAllMocks();
});

const file: Migration = {
  ...{ version: '1', name: '1.sql', path: 'm/1.sql', checksum: '', transaction: 'auto', directives: [] },
  sql: 'select total from orders;',
};
const failure = (code: string, message: string): Error =>
  sqlFailure(Object.assign(new Error(message), { code, severity: 'ERROR' }), { migration: file, showValues: false, lost: false });

// A file of 50 MB takes seconds to read, in which its worker beats no heart and answers nobody.
it('a cancel reads no word of the file', () => {
  expect(failure('57014', 'canceling statement due to user request').message).toContain('canceling statement');
  expect(wordsOf).not.toHaveBeenCalled();
});

it('a message that quotes a name does, once', () => {
  expect(failure('42P01', 'relation "orders" of "total" does not exist').message).toContain('"orders" of "total"');
  expect(wordsOf).toHaveBeenCalledOnce();
});
