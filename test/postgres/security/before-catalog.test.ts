import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkDatabase } from '../../../src/cli/doctor/database.js';
import { assertFiles } from '../../../src/engine/acts/assert.js';
import { breakLock, lockStatus } from '../../../src/engine/acts/break-lock.js';
import { rollbackNewest } from '../../../src/engine/acts/rollback.js';
import { assertConstraints } from '../../../src/engine/constraints/assert.js';
import { awaitApplied } from '../../../src/engine/ledger/await.js';
import { readDeploys, readLog } from '../../../src/engine/ledger/log.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import { read } from '../../../src/engine/postgres/read.js';
import type { Owner } from '../../../src/engine/target.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

/**
 * A path that names pg_catalog itself puts what stands before it first: also functions and operators of exactly the same arguments, types, and
 * tables of the catalog.
 */
const PATH = 'app, pg_catalog';
const TYPES = ['text', 'name', 'oid', 'regclass', 'jsonb', 'timestamptz', 'bool', 'int4', 'int8', 'regnamespace'];
const RELATIONS = [
  'pg_class',
  'pg_namespace',
  'pg_locks',
  'pg_roles',
  'pg_stat_activity',
  'pg_index',
  'pg_constraint',
  'pg_proc',
];

let database: TestDatabase;
let url: string;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.query(`create schema app; create table public.calls (name text);
    grant insert on public.calls to public; grant create, usage on schema app to public`);
  const attacker = new pg.Client({ connectionString: database.url });
  await attacker.connect();
  await attacker.query('set role pg_read_all_stats');
  // Every function that SQL can make again with the same arguments; it answers with nothing.
  const { rows } = await attacker.query<{ sql: string }>(`
    select pg_catalog.format('create function app.%I(%s) returns %s language plpgsql as $f$ begin insert into public.calls values (%L); return null; end $f$',
      p.proname, pg_catalog.pg_get_function_identity_arguments(p.oid), pg_catalog.format_type(p.prorettype, null), p.proname) as sql
    from pg_catalog.pg_proc p where p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace and p.prokind = 'f' and not p.proretset and p.proallargtypes is null
      and p.proname ~ '^(pg_|current_|format|concat|coalesce|now|clock_|array_|json|to_|set_config|quote_|string_|regexp_|length|lower|upper|substr|txid|has_|row_|split_|md5|hash|abs|extract|date_|greatest|obj_|col_)'
      and not exists (select from pg_catalog.unnest(p.proargtypes) t (oid) join pg_catalog.pg_type y on y.oid = t.oid where y.typtype = 'p')
      and p.prorettype not in (select oid from pg_catalog.pg_type where typtype = 'p')`);
  for (const { sql } of rows) await attacker.query(sql);
  const { rows: operators } = await attacker.query<{ sql: string }>(`
    select pg_catalog.format('create function app.op_%s(%s, %s) returns %s language plpgsql as $f$ begin insert into public.calls values (%L); return null; end $f$;
        create operator app.%s (leftarg = %s, rightarg = %s, function = app.op_%s)', o.oid, l, r, pg_catalog.format_type(o.oprresult, null),
      'operator ' || o.oprname, o.oprname, l, r, o.oid) as sql
    from pg_catalog.pg_operator o, lateral (select pg_catalog.format_type(o.oprleft, null) l, pg_catalog.format_type(o.oprright, null) r) t
    where o.oprnamespace = 'pg_catalog'::pg_catalog.regnamespace and o.oprkind = 'b'
      and o.oprname in ('=', '<>', '<', '>', '>=', '<=', '+', '-', '*', '/', '%', '||', '~', '!~', '~~', '->>', '->')
      and l in ('text', 'name', 'oid', 'bigint', 'integer', 'jsonb', '"char"', 'boolean', 'timestamp with time zone', 'interval', 'numeric', 'double precision')
      and r in ('text', 'name', 'oid', 'bigint', 'integer', 'jsonb', '"char"', 'boolean', 'timestamp with time zone', 'interval', 'numeric', 'double precision')`);
  for (const { sql } of operators) await attacker.query(sql);
  await attacker.query(
    `create function app.evil(name pg_catalog.text) returns pg_catalog.bool language plpgsql as $f$ begin insert into public.calls values (name); return true; end $f$`,
  );
  for (const type of TYPES)
    await attacker.query(`create domain app.${type} as pg_catalog.${type} check (app.evil('type ${type}'::pg_catalog.text))`);
  for (const relation of RELATIONS)
    await attacker.query(
      `create view app.${relation} as select r.* from pg_catalog.${relation} r where app.evil('relation ${relation}'::pg_catalog.text); grant select on app.${relation} to public`,
    );
  await attacker.end();
  planted = rows.length + operators.length + TYPES.length + RELATIONS.length;
  url = `${database.url}?options=${encodeURIComponent(`-c search_path=${PATH.replace(' ', '\\ ')}`)}`;
}, 120_000);
afterAll(() => database.drop());

let planted = 0;
let owner: Owner;
const called = async (): Promise<string[]> => {
  const found = await database.query<{ name: string }>('select distinct name from public.calls order by 1');
  await database.query('truncate public.calls');
  return found.map(({ name }) => name);
};

const STAGES = [
  stageOf([
    migration(
      '1',
      'create table public.orders (id pg_catalog.int4 primary key, done pg_catalog.bool); insert into public.orders values (1);',
    ),
    migration('2', 'create index concurrently orders_id on public.orders (id);'),
    migration('3', 'drop index concurrently public.orders_id;'),
    migration('4', 'reindex table concurrently public.orders;'),
    migration('5', '-- pawl:backfill public.orders by id\nupdate public.orders set done = true;', {
      directives: [{ name: 'backfill', argument: 'public.orders by id', line: 1 }],
    }),
  ]),
  stageOf(
    [
      migration('9', 'alter table public.orders add constraint orders_key unique (id);', {
        down: { path: 'm/9.down.sql', sql: 'alter table public.orders drop constraint orders_key' },
      }),
    ],
    'constraints',
  ),
];

describe('what stands before pg_catalog in the path', () => {
  it('is called by whoever does not qualify', async () => {
    expect(planted).toBeGreaterThan(300);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`select 'a'::text, pg_backend_pid() from pg_class limit 1`);
    await client.end();
    expect(await called()).toEqual(['pg_backend_pid', 'relation pg_class', 'type text']);
  });

  it('is never called by a deploy', async () => {
    ({ owner } = await deployAll(targetOf({ url }, { showQueries: true }), STAGES));
    expect(await called()).toEqual([]);
  });

  it.each<[string, () => Promise<unknown>]>([
    ['log', () => read(url, 'pawl:log', (client) => readLog(client, 'pawl', 100))],
    ['deploys', () => read(url, 'pawl:log', (client) => readDeploys(client, 'pawl', 100))],
    ['plan', () => planTarget(targetOf({ url }), STAGES)],
    ['verify', () => verifyTarget(targetOf({ url }), STAGES)],
    ['await', () => awaitApplied({ url, ledger: 'pawl', versions: ['1'], within: 5_000 })],
    ['lock status', () => lockStatus(targetOf({ url }))],
    ['proofs of constraints', () => assertConstraints(targetOf({ url }), owner, STAGES[1]!, recorder())],
    ['rollback', () => rollbackNewest(targetOf({ url }), owner, STAGES, { by: 'ann', reason: 'test' }, recorder())],
    ['lock break', () => breakLock(targetOf({ url }), { by: 'test', reason: 'test' })],
    ['doctor', () => checkDatabase(targetOf({ url }), STAGES)],
    ['assertions', () => assertFiles(targetOf({ url }), [{ name: 'a', path: 'a.sql', sql: 'select true;' }], recorder())],
  ])('nor by %s', async (_, work) => {
    await work();
    expect(await called()).toEqual([]);
  });
});
