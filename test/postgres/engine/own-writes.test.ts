import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

const role = `may_little_${process.pid}`;
let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.query(
    `create role ${role}; create table two (a int); insert into two values (1), (1); alter table two owner to ${role}`,
  );
  await database.query(`grant create on schema public to ${role}`);
});
afterEach(async () => {
  await database.query(`drop owned by ${role}; drop role ${role}`);
  await database.drop();
});

const deploy = (sql: string): Promise<unknown> =>
  deployAll(targetOf(database), [stageOf([migration('0', 'create table zero ();'), migration('1', sql)])]);

const events = (kind: string): Promise<object[]> => database.query(`select version from pawl.events where kind = '${kind}'`);

describe.each([
  ['SET ROLE to one without rights on the ledger', `set role ${role};`],
  ['SET SESSION AUTHORIZATION to one without rights on the ledger', `set session authorization ${role};`],
  ['transactions that are read only by default', 'set default_transaction_read_only = on;'],
])('after %s, the audit has the failure of a file', (_, settings) => {
  it.each([
    ['of one transaction', `${settings} select 1 / 0;`],
    ['that commits step by step', `-- pawl:no-transaction\n${settings}\nselect 1 / 0;`],
    ['whose index cannot be built', `${settings} create unique index concurrently i on two (a);`],
    ['whose index names a column that is not there', `${settings} create index concurrently i on two (b);`],
  ])('%s', async (_kind, sql) => {
    await expect(deploy(sql)).rejects.toMatchObject({ verdict: 'blocked', version: '1' });
    expect(await events('migration.failed')).toEqual([{ version: '1' }]);
    expect(await database.query(`select 1 from pawl.intents where state = 'running'`)).toEqual([]);
    expect(await database.query('select flushed::int from pawl.lease')).toEqual([{ flushed: 1 }]);
    expect(await database.query('select from pg_index where not indisvalid')).toEqual([]);
  });
});

describe.each([
  ['SET ROLE', `set role ${role};`],
  ['SET SESSION AUTHORIZATION', `set session authorization ${role};`],
])('what an attempt has left that was killed, after %s', (_, become) => {
  const indexes = () =>
    database.query(
      `select indexrelid::regclass::text as name, indisvalid as valid from pg_index where indrelid = 'two'::regclass order by 1`,
    );

  it('is cleared away by who may drop it, and the statement runs as the role', async () => {
    await database.query('create unique index concurrently i on two (a)').catch(() => undefined);
    expect(await indexes()).toEqual([{ name: 'i', valid: false }]);
    await database.query('delete from two');
    await deploy(`${become} create unique index concurrently if not exists i on two (a);`);
    expect(await indexes()).toEqual([{ name: 'i', valid: true }]);
  });

  it('is cleared away by us where the role may rebuild, and not drop', async () => {
    const [{ version }] = (await database.query(`select current_setting('server_version_num')::int as version`)) as [
      { version: number },
    ];
    await database.query('alter table two owner to postgres; create index i on two (a);');
    // What a rebuild that was cut short leaves.
    await database.query('create unique index concurrently i_ccnew on two (a)').catch(() => undefined);
    expect(await indexes()).toContainEqual({ name: 'i_ccnew', valid: false });
    const rebuild = `${become} reindex index concurrently i; create table who as select current_user::text as name, session_user::text as session;`;
    // Before, only its owner may rebuild it.
    if (version < 170_000) return;
    await database.query(`grant maintain on two to ${role}`);
    await deploy(rebuild);
    expect(await indexes()).toEqual([{ name: 'i', valid: true }]);
    const [who] = await database.query<{ name: string; session: string }>('select name, session from who');
    expect(who).toMatchObject({ name: role, ...(become.includes('authorization') && { session: role }) });
  });
});
