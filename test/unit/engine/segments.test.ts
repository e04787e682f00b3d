import { beforeAll, describe, expect, it } from 'vitest';
import { inspectMigration } from '../../../src/engine/files/inspect.js';
import { segmentsOf } from '../../../src/engine/apply/segments.js';
import type { Migration } from '../../../src/engine/files/migration.js';
import { loadGrammar } from '../../../src/engine/files/statements.js';
import { verdictOf } from '../../../src/engine/postgres/sqlstate.js';

beforeAll(loadGrammar);

function migration(sql: string, more: Partial<Migration> = {}): Migration {
  return { version: '1', name: '1.sql', path: 'm/1.sql', sql, checksum: '', transaction: 'auto', directives: [], ...more };
}

function kinds(sql: string, more?: Partial<Migration>): string[] {
  const file = migration(sql, more);
  return segmentsOf(file, inspectMigration(file)).map((segment) => `${segment.kind}@${segment.first}`);
}

describe('segmentsOf', () => {
  it.each([
    ['an ordinary migration is one transaction', 'create table a (); create table b ();', ['transaction@0']],
    ['settings at its head belong to it', 'set search_path = app; create table a ();', ['transaction@0']],
    [
      'a concurrent index stands alone',
      'create table a (x int); create index concurrently i on a (x); select 1',
      ['transaction@0', 'online@1', 'transaction@2'],
    ],
    [
      'session settings are kept apart, for a resumed migration',
      'set search_path = app; create index concurrently i on a (x)',
      ['session@0', 'online@1'],
    ],
    [
      'an enum label that is used later commits first',
      `alter type t add value 'x'; insert into a values ('x')`,
      ['transaction@0', 'transaction@1'],
    ],
    ['an enum label that is not used does not', `alter type t add value 'x'; create table b ()`, ['transaction@0']],
    ['VACUUM stands alone, ANALYZE does not', 'vacuum a; analyze a', ['online@0', 'transaction@1']],
    ['REINDEX SCHEMA stands alone, REINDEX TABLE does not', 'reindex schema s; reindex table a', ['online@0', 'transaction@1']],
    [
      'DETACH CONCURRENTLY stands alone, DETACH does not',
      'alter table p detach partition c concurrently; alter table p detach partition d',
      ['online@0', 'transaction@1'],
    ],
    ['nothing at all', '-- nothing', []],
  ])('%s', (_, sql, expected) => {
    expect(kinds(sql)).toEqual(expected);
  });

  it('a file that asks for no transaction commits each statement', () => {
    expect(kinds('create table a (); create table b ();', { transaction: 'none' })).toEqual(['transaction@0', 'transaction@1']);
  });

  it('an autocommit directive takes the statement below it out of transactions', () => {
    const directives = [{ name: 'autocommit', argument: 'batches commit', line: 2 }];
    expect(kinds('create table a ();\n-- pawl:autocommit batches commit\ncall backfill();\nselect 1', { directives })).toEqual([
      'transaction@0',
      'online@1',
      'transaction@2',
    ]);
  });
});

it.each(['reindex table parts', 'cluster parts using parts_id', 'alter database d set tablespace s', 'drop index i'])(
  'an autocommit directive takes %s out of transactions, whatever other forms of it there are',
  (sql) => {
    const directives = [{ name: 'autocommit', argument: 'it may run twice', line: 1 }];
    expect(kinds(`-- pawl:autocommit it may run twice\n${sql};`, { directives })).toEqual(['online@0']);
    expect(kinds(sql)).toEqual(['transaction@0']);
  },
);

describe('inspectMigration', () => {
  it.each(['BEGIN', 'COMMIT', 'ROLLBACK', 'START TRANSACTION', 'COMMIT AND CHAIN', `PREPARE TRANSACTION 'x'`])(
    'refuses %s',
    (word) => {
      expect(() => inspectMigration(migration(`create table a ();\n${word};`))).toThrow(/m\/1\.sql:2:1: .* in a migration/);
    },
  );

  it.each(['DISCARD ALL', 'select pg_advisory_unlock_all()'])('refuses %s, which would lose the lock', (sql) => {
    expect(() => inspectMigration(migration(sql))).toThrow(/lock/);
  });

  it('lets savepoints be', () => {
    expect(inspectMigration(migration('savepoint a; rollback to a; release a'))).toHaveLength(3);
  });
});

describe('verdictOf', () => {
  it.each([
    ['55P03', 'retry'],
    ['40P01', 'retry'],
    ['40001', 'retry'],
    ['53300', 'retry'],
    ['53200', 'retry'],
    ['53100', 'blocked'],
    ['08006', 'blocked'],
    ['57P01', 'blocked'],
    ['57014', 'blocked'],
    ['25006', 'blocked'],
    ['42P01', 'blocked'],
    ['23505', 'blocked'],
    ['22P02', 'blocked'],
    ['42501', 'blocked'],
    // Of a file that raises it; only the words of the fence are the fence.
    ['PW001', 'blocked'],
  ])('%s is %s', (code, verdict) => {
    expect(verdictOf({ code, message: '' })).toBe(verdict);
  });

  it.each([
    'fenced: epoch 3 of deploy 01a221e7-0445-7155-8049-6584f1f58595 is no longer current (now epoch 4)',
    'fenced: this session no longer holds the lock of the target',
  ])('PW001 is fenced where the fence says so: %s', (message) => {
    expect(verdictOf({ code: 'PW001', message })).toBe('fenced');
    expect(verdictOf({ code: 'P0001', message })).toBe('blocked');
  });
});
