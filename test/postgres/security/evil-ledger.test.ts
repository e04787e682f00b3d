import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkDatabase } from '../../../src/cli/doctor/database.js';
import { awaitApplied } from '../../../src/engine/ledger/await.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

/** A role that the server has, that is no superuser and owns nothing. */
const STRANGER = 'pg_monitor';
const STAGES = [stageOf([migration('1', 'create table a ();')])];

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const EVIL = `create function evil() returns trigger language plpgsql as $$ begin execute 'create table if not exists public.evil ()'; return new; end $$`;

/** What a stranger may have made of the ledger, or before there was one. */
const VARIANTS: Record<string, { deployed: boolean; sql: string; named: RegExp }> = {
  'an empty schema': {
    deployed: false,
    sql: `create schema pawl authorization ${STRANGER}`,
    named: /schema \(owner pg_monitor\)/,
  },
  'a schema that was given away': {
    deployed: true,
    sql: `alter schema pawl owner to ${STRANGER}`,
    named: /schema \(owner pg_monitor\)/,
  },
  ...Object.fromEntries(
    ['ledger', 'applied_migrations', 'lease', 'intents', 'deploys', 'events'].map((table) => [
      `the table ${table}`,
      {
        deployed: true,
        sql: `alter table pawl.${table} owner to ${STRANGER}`,
        named: new RegExp(`table ${table} \\(owner pg_monitor\\)`),
      },
    ]),
  ),
  'a trigger of a stranger': {
    deployed: true,
    sql: `${EVIL}; alter function evil() owner to ${STRANGER}; create trigger audit before insert on pawl.events for each row execute function evil()`,
    named: /trigger audit of events \(owner pg_monitor\)/,
  },
  'the function of the fence': {
    deployed: true,
    sql: `alter function pawl.fence() owner to ${STRANGER}`,
    named: /trigger fence of applied_migrations \(owner pg_monitor\)/,
  },
};

describe.each(Object.entries(VARIANTS))('%s', (_, { deployed, sql, named }) => {
  it('is refused by a deploy, and named by doctor', async () => {
    const target = targetOf(database);
    if (deployed) await deployAll(target, STAGES);
    await database.query(sql);
    await expect(deployAll(target, STAGES)).rejects.toMatchObject({
      code: 'LEDGER_UNTRUSTED',
      message: expect.stringMatching(named) as string,
    });
    const found = await checkDatabase(target, STAGES);
    expect(JSON.stringify(found)).toMatch(named);
    const evil = await database.query(`select to_regclass('public.evil') is not null as there`);
    expect(evil).toEqual([{ there: false }]);
  });

  it('is used where the configuration names its owner', async () => {
    const target = targetOf(database, { ledgerOwner: STRANGER });
    if (deployed) await deployAll(target, STAGES);
    await database.query(sql);
    await deployAll(target, STAGES);
  });
});

describe('what reading could run or hide', () => {
  it.each([
    ['a view', `alter table pawl.applied_migrations rename to x; create view pawl.applied_migrations as select * from pawl.x`],
    ['a child', `create table pawl.child () inherits (pawl.applied_migrations)`],
    ['a ledger that is a view', `alter table pawl.ledger rename to x; create view pawl.ledger as select * from pawl.x`],
  ])('%s is refused by readers', async (_, sql) => {
    const target = targetOf(database);
    await deployAll(target, STAGES);
    await database.query(sql);
    await expect(planTarget(target, STAGES)).rejects.toMatchObject({ code: 'LEDGER_UNTRUSTED' });
    await expect(awaitApplied({ url: database.url, ledger: 'pawl', versions: ['1'], within: 0 })).rejects.toMatchObject({
      code: 'LEDGER_UNTRUSTED',
    });
  });
});

it('nothing is granted to PUBLIC on the schema, and a fence that is off is named', async () => {
  await deployAll(targetOf(database), STAGES);
  expect(await database.query(`select has_schema_privilege('${STRANGER}', 'pawl', 'usage') as may`)).toEqual([{ may: false }]);
  await database.query('alter table pawl.intents disable trigger fence; drop trigger fence on pawl.applied_migrations');
  expect(JSON.stringify(await checkDatabase(targetOf(database), STAGES))).toMatch(
    /fence of pawl.applied_migrations is missing; the trigger fence of pawl.intents is off/,
  );
});
