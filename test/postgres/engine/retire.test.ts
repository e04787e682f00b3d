import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { planRetirement, retireTracker } from '../../../src/engine/acts/retire.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import type { AdoptSettings } from '../../../src/engine/target.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const stages = [stageOf([1, 2].map((n) => migration(String(n), `create table t${n} ();`)))];
const KNEX = `create table t1 (); create table knex_migrations (id serial, name varchar(255), batch int, migration_time timestamptz);
  create table knex_migrations_lock (index serial, is_locked int); insert into knex_migrations_lock (is_locked) values (0);
  insert into knex_migrations (name, batch) values ('1.js', 1);`;
const decision = { by: 'ana', reason: 'four weeks without a look back' };

async function adopted(sql: string, adopt: AdoptSettings) {
  await database.query(sql);
  const target = targetOf(database, { adopt });
  const { owner } = await begin(target, stages);
  return { target, retire: (more = target) => retireTracker(more, owner, stages, decision, recorder()) };
}
const there = async (table: string) =>
  (await database.query('select to_regclass($1) is not null as there', [table]))[0]!['there'];

describe('adopt --retire', () => {
  it('drops the tracker and what goes with it, once, and remembers who and why', async () => {
    const { target, retire } = await adopted(KNEX, { from: 'knex' });
    expect((await planRetirement(target, stages))?.tables).toEqual([
      '"public"."knex_migrations"',
      '"public"."knex_migrations_lock"',
    ]);
    expect(await retire()).toHaveLength(2);
    expect(await there('knex_migrations')).toBe(false);
    expect(await retire()).toEqual([]);
    expect(
      await database.query(`select by, reason, detail->'tables'->>0 as first from pawl.events where kind = 'adopted.retired'`),
    ).toEqual([{ ...decision, first: '"public"."knex_migrations"' }]);
    expect((await begin(target, stages)).adopted).toBe(0);
  });

  it('leaves a table alone that only has the name of one of the tool', async () => {
    const sqitch = `create table t1 (); create table events (id int); create table changes (change_id text primary key, script_hash text, change text, project text, committed_at timestamptz default now()); insert into changes values ('a', 'b', '1', 'p')`;
    const { retire } = await adopted(sqitch, { from: 'sqitch', assume: ['1'] });
    expect(await retire()).toEqual(['"public"."changes"']);
    expect(await there('events')).toBe(true);
  });

  it('refuses what the ledger does not hold', async () => {
    const { retire } = await adopted(KNEX, { from: 'knex' });
    await database.query(`insert into knex_migrations (name, batch) values ('2.js', 2)`);
    await expect(retire()).rejects.toMatchObject({
      code: 'LEGACY_RETIRE',
      message: expect.stringMatching(/claims what the ledger does not hold: 2$/) as string,
    });
    expect(await there('knex_migrations')).toBe(true);
  });

  it('refuses while it is mirrored, dirty, in use or built upon', async () => {
    const { target, retire } = await adopted(KNEX, { from: 'knex' });
    await expect(retire({ ...target, adopt: { from: 'knex', mirror: true } })).rejects.toMatchObject({ code: 'LEGACY_RETIRE' });
    await database.query('update knex_migrations_lock set is_locked = 1');
    await expect(retire()).rejects.toMatchObject({ code: 'LEGACY_DIRTY' });
    await database.query('update knex_migrations_lock set is_locked = 0');
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    await reader.query('begin; select from knex_migrations');
    await expect(retire()).rejects.toMatchObject({ code: 'LOCK_BUSY', message: expect.stringMatching(/in use/) as string });
    await reader.end();
    await database.query('create view mine as select name from knex_migrations');
    await expect(retire()).rejects.toMatchObject({
      code: 'LEGACY_RETIRE',
      message: expect.stringMatching(/view public\.mine depends/) as string,
    });
    await database.query('drop view mine');
    expect(await retire()).toHaveLength(2);
  });

  it('says whose it is where the user may not drop it, or not even read it', async () => {
    const { target } = await adopted(KNEX, { from: 'knex' });
    await database.query(`create role stranger_${database.name} login password 'x'; grant usage on schema pawl to stranger_${database.name};
      grant select on all tables in schema pawl, public to stranger_${database.name}`);
    const url = new URL(database.url);
    url.username = `stranger_${database.name}`;
    url.password = 'x';
    await expect(planRetirement({ ...target, url: url.href }, stages)).rejects.toMatchObject({
      code: 'LEGACY_RETIRE',
      message: expect.stringMatching(/it belongs to postgres/) as string,
    });
    await database.query(`revoke select on knex_migrations from stranger_${database.name}`);
    expect((await planTarget({ ...target, url: url.href }, stages)).findings).toEqual([]);
    await database.query('truncate pawl.events');
    expect((await planTarget({ ...target, url: url.href }, stages)).findings).toMatchObject([
      {
        code: 'CONNECT_PERMISSION',
        message: expect.stringMatching(/may not read knex's tracker public\.knex_migrations/) as string,
      },
    ]);
    await database.query(`drop owned by stranger_${database.name}; drop role stranger_${database.name}`);
  });

  it("keeps a framework's own tracker", async () => {
    const django = `create table t1 (); create table django_migrations (id serial, app varchar(255), name varchar(255), applied timestamptz); insert into django_migrations (app, name) values ('orders', '1')`;
    const { retire } = await adopted(django, { from: 'django' });
    await expect(retire()).rejects.toMatchObject({
      code: 'LEGACY_RETIRE',
      message: expect.stringMatching(/auth, sessions/) as string,
    });
  });
});
