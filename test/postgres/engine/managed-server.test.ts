import { afterEach, beforeEach, expect, it } from 'vitest';
import { connect } from '../../../src/engine/postgres/connect.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const NICE = [
  ['pg_current_wal_lsn()', 'pg_lsn', 'its timeline'],
  ['pg_walfile_name(pg_lsn)', 'text', 'its timeline'],
  ['pg_current_wal_insert_lsn()', 'pg_lsn', undefined],
  ['pg_current_wal_flush_lsn()', 'pg_lsn', undefined],
  ['pg_control_checkpoint()', undefined, undefined],
] as const;

const stages = [stageOf([migration('1', 'create table a ();'), migration('2', 'create index concurrently i on a ((1));')])];

async function deploys(url: string): Promise<void> {
  const target = targetOf({ url });
  await deployAll(target, stages);
  expect((await planTarget(target, stages)).stages[0]!.pending).toEqual([]);
  expect((await verifyTarget(target, stages)).findings).toEqual([]);
}

async function untold(url: string): Promise<readonly string[]> {
  const session = await connect({ url, application: 'pawl:test', lockTimeout: 1000 });
  await session.close();
  return session.server.untold;
}

/** As Aurora does without logical replication; the builtin is called by its OID, so another takes its name. */
it.each(NICE.filter(([, answers]) => answers !== undefined))(
  '%s raises: deployed, planned, verified',
  async (signature, answers, words) => {
    const name = signature.replace(/\(.*/, '');
    await database.query(`set allow_system_table_mods = on;
    alter function pg_catalog.${signature} rename to original_of_test;
    create function pg_catalog.${signature} returns ${answers} language plpgsql as
    $$ begin raise exception using errcode = '55000', message = 'wal_level must be set to ''logical'''; end $$`);
    expect(name).not.toBe('');
    await deploys(database.url);
    expect(await untold(database.url)).toEqual(words === undefined ? [] : [words]);
  },
);

/** As on clouds: whoever manages the databases is no superuser and may not look into the control file. */
it.each([...NICE, ['pg_control_system()', undefined, 'its system identifier'] as const])(
  '%s is revoked from a role like rds_superuser: deployed, planned, verified',
  async (signature, _, words) => {
    await database.query(
      `do $$ begin create role managed login password 'managed' createdb createrole; exception when duplicate_object then null; end $$`,
    );
    await database.query(`grant create on database ${database.name} to managed; grant create on schema public to managed;
      revoke execute on function pg_catalog.${signature} from public, managed`);
    const url = Object.assign(new URL(database.url), { username: 'managed', password: 'managed' }).href;
    await deploys(url);
    const known = (await untold(url)).filter((one) => one === words);
    expect(known).toEqual(words === undefined ? [] : [words]);
  },
);
