import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { checkDatabase } from '../../../src/cli/doctor/database.js';
import { lockStatus } from '../../../src/engine/acts/break-lock.js';
import { rollbackNewest } from '../../../src/engine/acts/rollback.js';
import { awaitApplied } from '../../../src/engine/ledger/await.js';
import { readDeploys, readLog } from '../../../src/engine/ledger/log.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import { read } from '../../../src/engine/postgres/read.js';
import type { EngineTarget } from '../../../src/engine/target.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

/** A role that the server has, that is no superuser and owns nothing. */
const STRANGER = 'pg_monitor';
const STAGES = [stageOf([migration('1', 'create table a ();', { down: { path: 'm/1.down.sql', sql: 'drop table a' } })])];

/** Deploys, and is no superuser, whom row security would not bind. */
const deployer = `evil_${process.pid}`;
let database: TestDatabase;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  url = Object.assign(new URL(database.url), { username: deployer, password: 'evil' }).href;
  await database.query(`create role ${deployer} login password 'evil'; grant create on database ${database.name} to ${deployer}`);
});
beforeEach(() =>
  database.query(`drop schema if exists pawl cascade; drop foreign data wrapper if exists w cascade;
    drop schema public cascade; create schema public; grant create, usage on schema public to ${deployer}`),
);
afterAll(async () => {
  await database.query(`drop owned by ${deployer} cascade; drop role ${deployer}`);
  await database.drop();
});

interface Variant {
  /** Made by a superuser, as if by whoever it is owned by. */
  readonly sql: string;
  readonly named: RegExp;
  /** Whether there is a ledger before. */
  readonly deployed?: false;
  /** Whether it is harmless to whoever only reads, who cannot know who deploys. */
  readonly readable?: true;
}

const EVIL = `create function evil() returns trigger language plpgsql as $$ begin execute 'create table if not exists public.evil ()'; return new; end $$;
  alter function evil() owner to ${STRANGER}`;
/** A function of a stranger for an expression. */
const CALLED = `create function evil(anyelement) returns anyelement immutable language plpgsql as
  $$ begin return $1; end $$; alter function evil(anyelement) owner to ${STRANGER}`;
const foreign = (what: string): RegExp => new RegExp(`${what} \\(owner ${STRANGER}\\)`);

const TABLES = ['ledger', 'applied_migrations', 'lease', 'intents', 'backfills', 'deploys', 'events'];

/** What a stranger may have made of the ledger, or before there was one. */
const VARIANTS: Readonly<Record<string, Variant>> = {
  'an empty schema': {
    deployed: false,
    sql: `create schema pawl authorization ${STRANGER}`,
    named: foreign('schema'),
    readable: true,
  },
  'a schema that was given away': { sql: `alter schema pawl owner to ${STRANGER}`, named: foreign('schema'), readable: true },
  ...Object.fromEntries(
    TABLES.map((table): [string, Variant] => [
      `the table ${table}`,
      { sql: `alter table pawl.${table} owner to ${STRANGER}`, named: foreign(`table ${table}`), readable: true },
    ]),
  ),
  ...Object.fromEntries(
    [...TABLES].map((table): [string, Variant] => [
      `a trigger on ${table}`,
      {
        sql: `${EVIL}; create trigger audit before insert or update or delete on pawl.${table} for each row execute function evil()`,
        named: foreign(`trigger audit of ${table}`),
        readable: true,
      },
    ]),
  ),
  'a trigger that is switched off': {
    sql: `${EVIL}; create trigger audit before insert on pawl.events for each row execute function evil();
      alter table pawl.events disable trigger audit`,
    named: foreign('trigger audit of events'),
    readable: true,
  },
  'a trigger for each statement': {
    sql: `${EVIL}; create trigger audit before truncate on pawl.events for each statement execute function evil()`,
    named: foreign('trigger audit of events'),
    readable: true,
  },
  'the function of the fence': {
    sql: `alter function pawl.fence() owner to ${STRANGER}`,
    named: foreign('trigger fence of applied_migrations'),
    readable: true,
  },
  'a default': {
    sql: `${CALLED}; alter table pawl.events alter reason set default evil('x'::text)`,
    named: foreign('function evil in a default of events'),
    readable: true,
  },
  'a default of a new column': {
    sql: `${CALLED}; alter table pawl.events add column more text default evil('x'::text)`,
    named: foreign('function evil in a default of events'),
    readable: true,
  },
  'a generated column': {
    sql: `${CALLED}; alter table pawl.events add column more text generated always as (evil(kind)) stored`,
    named: foreign('function evil in a default of events'),
    readable: true,
  },
  'a check': {
    sql: `${CALLED}; alter table pawl.events add check (evil(kind) is not null)`,
    named: foreign('function evil in a constraint of events'),
    readable: true,
  },
  'a check by an operator': {
    sql: `create function evil(text, text) returns boolean immutable language sql as 'select true'; alter function evil(text, text) owner to ${STRANGER};
      create operator public.=== (leftarg = text, rightarg = text, function = evil); alter table pawl.events add check (kind === 'x')`,
    named: foreign('function evil in a constraint of events'),
    readable: true,
  },
  'an index': {
    sql: `${CALLED}; create index on pawl.events (evil(kind))`,
    named: foreign('function evil in an index of events'),
    readable: true,
  },
  'a condition of an index': {
    sql: `${CALLED}; create index on pawl.events (kind) where evil(kind) is not null`,
    named: foreign('function evil in an index of events'),
    readable: true,
  },
  'a policy that calls': {
    sql: `${CALLED}; create policy p on pawl.events using (evil(kind) is not null)`,
    named: foreign('function evil in a policy of events'),
    readable: true,
  },
  'row security': {
    sql: `alter table pawl.applied_migrations enable row level security, force row level security; create policy p on pawl.applied_migrations using (false)`,
    named: /applied_migrations is no plain table/,
  },
  'a rule instead': {
    sql: `create rule r as on insert to pawl.applied_migrations do instead nothing`,
    named: /rule r of applied_migrations/,
  },
  'a rule besides': {
    sql: `create table public.copied (kind text); create rule r as on insert to pawl.events do also insert into public.copied values (new.kind)`,
    named: /rule r of events/,
  },
  'a rule for changes': {
    sql: `create rule r as on update to pawl.lease do instead nothing`,
    named: /rule r of lease/,
  },
  'a rule for deletions': {
    sql: `create rule r as on delete to pawl.applied_migrations do also notify x`,
    named: /rule r of applied_migrations/,
  },
  'a view': {
    sql: `alter table pawl.applied_migrations rename to x; create view pawl.applied_migrations as select * from pawl.x`,
    named: /applied_migrations is no plain table/,
  },
  'a ledger that is a view': {
    sql: `alter table pawl.ledger rename to x; create view pawl.ledger as select * from pawl.x`,
    named: /ledger is no plain table/,
  },
  'a materialized view': {
    sql: `alter table pawl.applied_migrations rename to x; create materialized view pawl.applied_migrations as select * from pawl.x`,
    named: /applied_migrations is no plain table/,
  },
  'a child': {
    sql: `create table pawl.child () inherits (pawl.applied_migrations)`,
    named: /applied_migrations is no plain table/,
  },
  'a partitioned table': {
    sql: `alter table pawl.events rename to x; create table pawl.events (like pawl.x) partition by hash (kind)`,
    named: /events is no plain table/,
  },
  'a foreign table': {
    sql: `create foreign data wrapper w; create server s foreign data wrapper w; alter table pawl.events rename to x;
      create foreign table pawl.events (id bigint, at timestamptz, deploy_id text, kind text, version text, by text, reason text, detail jsonb) server s`,
    named: /events is no plain table/,
  },
  'a sequence instead of a table': {
    sql: `alter table pawl.events rename to x; create sequence pawl.events`,
    named: /events is no plain table/,
  },
  ...Object.fromEntries(
    ['insert', 'update', 'delete', 'truncate', 'trigger', 'all'].map((right): [string, Variant] => [
      `${right} for everybody`,
      { sql: `grant ${right} on pawl.applied_migrations to public`, named: /table applied_migrations, which PUBLIC may write/ },
    ]),
  ),
  'a column for everybody': {
    sql: `grant update (epoch) on pawl.lease to public`,
    named: /table lease, which PUBLIC may write/,
  },
  'a schema for everybody': { sql: `grant create on schema pawl to public`, named: /schema, in which PUBLIC may create/ },
};

const READERS: Readonly<Record<string, (target: EngineTarget) => Promise<unknown>>> = {
  'plan, status': (target) => planTarget(target, STAGES),
  verify: (target) => verifyTarget(target, STAGES),
  log: (target) => read(target.url, 'pawl:log', (client) => readLog(client, 'pawl', 100)),
  'log of deploys': (target) => read(target.url, 'pawl:log', (client) => readDeploys(client, 'pawl', 100)),
  await: (target) => awaitApplied({ url: target.url, ledger: 'pawl', versions: ['1'], within: 0 }),
  'lock status': (target) => lockStatus(target),
};

describe('as long as there is', () => {
  it.each(Object.entries(VARIANTS))(
    '%s, whatever writes refuses the ledger, doctor names it, and so do readers',
    async (...args) => {
      const { deployed = true, sql, named, readable = false } = args[1];
      const refused = { code: 'LEDGER_UNTRUSTED', message: expect.stringMatching(named) as string };
      const target = targetOf({ url });
      const before = deployed ? await deployAll(target, STAGES) : undefined;
      await database.query(sql);
      const more = [...STAGES, stageOf([migration('2', 'create table b ();')])];
      await expect(deployAll(target, more)).rejects.toMatchObject(refused);
      if (before)
        await expect(
          rollbackNewest(target, before.owner, STAGES, { by: 'ann', reason: 'test' }, recorder()),
        ).rejects.toMatchObject(refused);
      expect(JSON.stringify(await checkDatabase(target, STAGES))).toMatch(named);
      const made = await database.query(`select to_regclass('public.evil') as evil, to_regclass('public.b') as b`);
      expect(made).toEqual([{ evil: null, b: null }]);

      await database.query(`grant usage on schema pawl to ${deployer}; grant select on all tables in schema pawl to ${deployer}`);
      for (const [verb, ask] of Object.entries(READERS)) {
        const answer: unknown = await ask(target).then(
          () => 'answered',
          (error: unknown) => error,
        );
        if (!readable) expect(answer, verb).toMatchObject(refused);
        else if (deployed) expect(answer, verb).toBe('answered');
      }
    },
  );
});

it.each(['an empty schema', 'the table events', 'a trigger on events', 'a default'])(
  '%s is used where the configuration names its owner',
  async (variant) => {
    const { deployed, sql } = VARIANTS[variant]!;
    // Its owner lets the deployer in.
    const target = targetOf(database, { ledgerOwner: STRANGER });
    if (deployed !== false) await deployAll(target, STAGES);
    await database.query(sql);
    await deployAll(target, STAGES);
  },
);

it('nothing is granted to PUBLIC on the schema, and a fence that is off is named', async () => {
  await deployAll(targetOf(database), STAGES);
  expect(await database.query(`select has_schema_privilege('${STRANGER}', 'pawl', 'usage') as may`)).toEqual([{ may: false }]);
  await database.query('alter table pawl.intents disable trigger fence; drop trigger fence on pawl.applied_migrations');
  expect(JSON.stringify(await checkDatabase(targetOf(database), STAGES))).toMatch(
    /fence of pawl.applied_migrations is missing; the trigger fence of pawl.intents is off/,
  );
});
