import { describe, expect, it } from 'vitest';
import type { Migration } from '../../../src/engine/files/migration.js';
import { takeOutTransactions } from '../../../src/engine/files/own-transaction.js';

async function taken(sql: string): Promise<string> {
  const migration: Migration = { version: '1', name: 'a', path: 'a', sql, checksum: '', transaction: 'auto', directives: [] };
  const [result] = await takeOutTransactions([migration]);
  expect(result!.text ?? result!.sql).toBe(sql);
  return result!.sql;
}

describe('pairs of BEGIN and COMMIT', () => {
  it.each([
    ['BEGIN;\nselect 1;\nCOMMIT;', '     ;\nselect 1;\n      ;'],
    ['start transaction; select 1; end; begin work; select 2; commit;', /^ +; select 1; +; +; select 2; +;$/],
    ['-- begin\nBEGIN; select 1; COMMIT;', /^-- begin\n +; select 1; +;$/],
  ])('are taken out of %j, where everything else keeps its place', async (sql, wanted) => {
    expect(await taken(sql)).toMatch(wanted);
  });

  it.each([
    'select 1; COMMIT; select 2;',
    'BEGIN; select 1; ROLLBACK;',
    'BEGIN; BEGIN; COMMIT; COMMIT;',
    'BEGIN; select 1;',
    'create function f() returns int language plpgsql as $$ begin return 1; end $$;',
    'begin; this does not parse; commit;',
  ])('are left in %j', async (sql) => {
    expect(await taken(sql)).toBe(sql);
  });
});
