import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { awaitApplied } from '../../../src/engine/ledger/await.js';
import { LEDGER_VERSION } from '../../../src/engine/ledger/header.js';
import { readLog } from '../../../src/engine/ledger/log.js';
import { lockStatus } from '../../../src/engine/acts/break-lock.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import { withClient } from '../../../src/engine/postgres/with-client.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

/** What pg_dump wrote of a ledger of version 1, after a deploy of three migrations. */
const VERSION_1 = readFileSync(new URL('../../fixtures/ledger/version-1.sql', import.meta.url), 'utf8');

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const FILES = [
  migration('1', 'create table a (id int);'),
  migration('2', 'create table b (id int);'),
  migration('3', '-- pawl:no-transaction\ncreate index concurrently a_id on a (id);'),
];
const NEXT = migration('4', 'create table c (id int);');

async function old(): Promise<void> {
  await database.query('create table a (id int); create table b (id int); create index a_id on a (id)');
  await database.query(VERSION_1);
}

/** Everything that the tables of a ledger are made of, in order. */
const SHAPE = `
  select c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull, a.attidentity, a.attcollation,
         pg_get_expr(d.adbin, d.adrelid) as default
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 left join pg_attrdef d on (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
  where c.relnamespace = 'pawl'::regnamespace and c.relkind = 'r'
  union all select conrelid::regclass::text, null, conname, pg_get_constraintdef(oid), null, null, null, null from pg_constraint
    where connamespace = 'pawl'::regnamespace and contype <> 'n'
  union all select tgrelid::regclass::text, null, tgname, pg_get_triggerdef(oid), null, tgenabled, null, null from pg_trigger
    where tgrelid::regclass::text like 'pawl.%'
  union all select 'function', null, proname, prosrc, null, null, null, array_to_string(proconfig, ' ') from pg_proc
    where pronamespace = 'pawl'::regnamespace
  order by 1, 2, 3, 4`;

it('the first deploy brings an old ledger up to date: nothing runs again, and its tables are those of a new one', async () => {
  await old();
  const { outcomes } = await deployAll(targetOf(database), [stageOf([...FILES, NEXT])]);
  expect(outcomes[0]!.applied.map(({ version }) => version)).toEqual(['4']);
  expect(await database.query('select version, id is not null as id from pawl.ledger')).toEqual([
    { version: LEDGER_VERSION, id: true },
  ]);
  expect(await database.query(`select detail from pawl.events where kind = 'ledger.upgraded'`)).toEqual([
    { detail: { from: 1, to: LEDGER_VERSION } },
  ]);
  const anew = await createTestDatabase();
  await deployAll(targetOf(anew), [stageOf(FILES)]);
  expect(await database.query(SHAPE)).toEqual(await anew.query(SHAPE));
  await anew.drop();
});

it('a second deploy finds nothing to bring up to date', async () => {
  await old();
  await deployAll(targetOf(database), [stageOf(FILES)]);
  const [before] = await database.query('select id from pawl.ledger');
  await deployAll(targetOf(database), [stageOf(FILES)]);
  expect(await database.query('select id from pawl.ledger')).toEqual([before]);
  expect(await database.query(`select from pawl.events where kind = 'ledger.upgraded'`)).toHaveLength(1);
});

it('what only reads reads an old ledger as it is, and changes nothing of it', async () => {
  await old();
  const target = targetOf(database);
  const before = await database.query(SHAPE);
  expect(
    (await planTarget(target, [stageOf([...FILES, NEXT])])).stages[0]!.pending.map((each) => each.migration.version),
  ).toEqual(['4']);
  expect((await verifyTarget(target, [stageOf(FILES)])).findings).toEqual([]);
  await awaitApplied({ url: database.url, ledger: 'pawl', versions: ['1', '3'], within: 30_000 });
  expect((await lockStatus(target)).lease).toMatchObject({ epoch: 1, deployId: 'deploy-1' });
  expect(await withClient(database.url, 'test', (client) => readLog(client, 'pawl', 10))).toHaveLength(5);
  expect(await database.query(SHAPE)).toEqual(before);
});

it('a refused deploy leaves an old ledger as it is', async () => {
  await old();
  const before = await database.query(SHAPE);
  const edited = migration('1', 'create table another (id int);');
  await expect(deployAll(targetOf(database), [stageOf([edited, ...FILES.slice(1)])])).rejects.toMatchObject({
    code: 'LEDGER_EDITED',
  });
  expect(await database.query(SHAPE)).toEqual(before);
});

it('a user who may use the ledger but not change its tables is told who may, and nothing is changed', async () => {
  await old();
  await database.query(`create role clerk_${database.name} login password 'clerk'`);
  await database.query(`grant usage on schema pawl to clerk_${database.name}`);
  await database.query(`grant all on all tables in schema pawl to clerk_${database.name}`);
  const url = new URL(database.url);
  url.username = `clerk_${database.name}`;
  url.password = 'clerk';
  try {
    await expect(deployAll(targetOf({ url: url.href }), [stageOf(FILES)])).rejects.toMatchObject({
      code: 'CONNECT_PERMISSION',
      message: expect.stringContaining(`may not bring the ledger in schema "pawl" from version 1 to ${LEDGER_VERSION}`) as string,
    });
    expect(await database.query('select version from pawl.ledger')).toEqual([{ version: 1 }]);
  } finally {
    await database.query(`drop owned by clerk_${database.name}; drop role clerk_${database.name}`);
  }
});

it('a ledger that a newer Pawl wrote is refused by whatever reads or writes it', async () => {
  const target = targetOf(database);
  await deployAll(target, [stageOf(FILES)]);
  await database.query('update pawl.ledger set version = 99');
  const tooNew = { code: 'LEDGER_TOO_NEW', verdict: 'refused' };
  await expect(deployAll(target, [stageOf(FILES)])).rejects.toMatchObject(tooNew);
  await expect(planTarget(target, [stageOf(FILES)])).rejects.toMatchObject(tooNew);
  await expect(verifyTarget(target, [stageOf(FILES)])).rejects.toMatchObject(tooNew);
  await expect(awaitApplied({ url: database.url, ledger: 'pawl', versions: ['1'], within: 30_000 })).rejects.toMatchObject(
    tooNew,
  );
  await expect(lockStatus(target)).rejects.toMatchObject(tooNew);
});
