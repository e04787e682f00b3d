import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const stage = stageOf([1, 2, 3, 4].map((n) => migration(String(n), `create table t${n} ();`)));
const adopting = (more = {}) => targetOf(database, { adopt: { from: 'golang-migrate', ...more } });
const tracker = (schema: string, version: number, dirty: boolean): string =>
  `create schema if not exists ${schema}; create table ${schema}.schema_migrations (version bigint not null primary key, dirty boolean not null); insert into ${schema}.schema_migrations values (${version}, ${dirty});`;

describe('adopting golang-migrate', () => {
  it('takes every file up to the counter as applied, once, and applies the rest', async () => {
    await database.query(`create table t1 (); create table t2 (); ${tracker('public', 2, false)}`);
    await deployAll(adopting(), [stage]);
    expect(
      await database.query('select version, source, checksum is null as unknown from pawl.applied_migrations order by position'),
    ).toEqual([
      { version: '1', source: 'adopted', unknown: true },
      { version: '2', source: 'adopted', unknown: true },
      { version: '3', source: 'applied', unknown: false },
      { version: '4', source: 'applied', unknown: false },
    ]);
    await database.query('update public.schema_migrations set version = 1');
    expect((await begin(adopting(), [stage])).adopted).toBe(0);
  });

  it('refuses a dirty tracker and leaves no trace', async () => {
    await database.query(tracker('public', 2, true));
    await expect(begin(adopting(), [stage])).rejects.toMatchObject({
      code: 'LEGACY_DIRTY',
      verdict: 'refused',
      message: expect.stringMatching(/dirty at version 2/) as string,
    });
    expect(await database.query(`select to_regnamespace('pawl') as ledger`)).toEqual([{ ledger: null }]);
  });

  it('wants a choice between two trackers', async () => {
    await database.query(`create table t1 (); ${tracker('public', 1, false)} ${tracker('app', 3, true)}`);
    await expect(begin(adopting(), [stage])).rejects.toMatchObject({
      code: 'LEGACY_AMBIGUOUS',
      message: expect.stringMatching(/app\.schema_migrations.*public\.schema_migrations/) as string,
    });
    expect((await begin(adopting({ schema: 'public' }), [stage])).adopted).toBe(1);
  });

  it('takes a database without a tracker as new', async () => {
    await deployAll(adopting(), [stage]);
    expect(await database.query('select distinct source from pawl.applied_migrations')).toEqual([{ source: 'applied' }]);
  });

  it('waits while the tool itself is at work', async () => {
    await database.query(`create table t1 (); ${tracker('public', 1, false)}`);
    const migrate = new pg.Client({ connectionString: database.url });
    await migrate.connect();
    // The key that golang-migrate 4 computes: (crc32(schema \0 table \0 database) * 1486364155) mod 2^32.
    const { crc32 } = await import('node:zlib');
    const key = (BigInt(crc32(['public', 'schema_migrations', database.name].join('\0'))) * 1486364155n) % 2n ** 32n;
    await migrate.query('select pg_advisory_lock($1::bigint)', [key.toString()]);
    await expect(begin(adopting(), [stage])).rejects.toMatchObject({ code: 'LOCK_BUSY', verdict: 'retry' });
    await migrate.end();
    expect((await begin(adopting(), [stage])).adopted).toBe(1);
  });
});
