import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { breakLock, lockStatus } from '../../../src/engine/acts/break-lock.js';
import { assertFiles } from '../../../src/engine/acts/assert.js';
import { awaitApplied } from '../../../src/engine/ledger/await.js';
import { readDeploys, readLog } from '../../../src/engine/ledger/log.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { read } from '../../../src/engine/postgres/read.js';
import { notify } from '../../../src/signal/pg-notify.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

/** Types that a parameter or a literal without a type may become, or that ours really have. */
const TYPES = ['text', 'int4', 'int8', 'numeric', 'name', 'oid', 'regclass', 'bool', 'timestamptz', 'jsonb', '"char"', 'text[]'];

/** What the second one of two may be. */
const OTHERS = ['text', 'int4', 'numeric', 'regclass'];

/**
 * Functions as they may be overloaded by a role that may create in a schema: every function of PostgreSQL that Pawl's sources name, for
 * every pair of types, and operators between types that PostgreSQL has none for or that are coerced. Each tells that it was called.
 */
const FUNCTIONS = `select distinct p.proname as name, array_agg(distinct p.pronargs) as counts from pg_catalog.pg_proc p
  where p.pronamespace = 'pg_catalog'::regnamespace and p.prokind = 'f' and p.proname = any($1) group by p.proname`;

const NAMES =
  `pg_try_advisory_lock pg_advisory_unlock pg_terminate_backend pg_cancel_backend pg_blocking_pids current_setting set_config
  pg_is_in_recovery pg_current_wal_flush_lsn pg_current_wal_insert_lsn jsonb_build_object jsonb_strip_nulls to_jsonb to_regclass
  pg_get_constraintdef pg_get_indexdef pg_get_expr format_type quote_ident left regexp_replace has_function_privilege
  has_schema_privilege has_table_privilege has_database_privilege pg_has_role pg_backend_pid clock_timestamp transaction_timestamp now
  current_database pg_notify pg_walfile_name pg_postmaster_start_time to_json pg_control_system format pg_get_userbyid row_security_active json_build_object`.split(
    /\s+/,
  );

const OPERATORS = ['=', '<>', '<', '>', '>=', '<=', '+', '-', '*', '/', '%', '||', '~', '!~', '->>', '->'];

let database: TestDatabase;
let planted = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.query('create schema app');
  await database.query('grant create, usage on schema public, app to public');
  await database.query(`alter database ${database.name} set search_path = app, public`);
  await database.query(`create sequence public.called; grant usage on sequence public.called to public;`);
  const attacker = new pg.Client({ connectionString: database.url });
  await attacker.connect();
  // An unprivileged role, without a role that outlives the test.
  await attacker.query(`set role pg_read_all_stats`);
  const { rows } = await attacker.query<{ name: string; counts: number[] }>(FUNCTIONS, [NAMES]);
  const body = (result: string): string =>
    `returns ${result} language plpgsql as $$ begin perform pg_catalog.nextval('public.called'); return null; end $$`;
  for (const schema of ['public', 'app']) {
    const statements: string[] = [];
    for (const { name, counts } of rows) {
      const lists = counts.flatMap((count) =>
        count === 0 ? [''] : count === 1 ? TYPES : count === 2 ? TYPES.flatMap((a) => OTHERS.map((b) => `${a}, ${b}`)) : [],
      );
      for (const list of new Set(lists))
        statements.push(`create function ${schema}.${pg.escapeIdentifier(name)}(${list}) ${body('text')}`);
      statements.push(`create function ${schema}.${pg.escapeIdentifier(name)}(text, text, variadic text[]) ${body('text')}`);
    }
    for (const [n, operator] of OPERATORS.entries()) {
      for (const [left, right] of TYPES.flatMap((a) => [...new Set([a, ...OTHERS])].map((b) => [a, b] as const))) {
        const name = `${schema}.op_${n}`;
        statements.push(`create function ${name}(${left}, ${right}) ${body('bool')}`);
        statements.push(`create operator ${schema}.${operator} (leftarg = ${left}, rightarg = ${right}, function = ${name})`);
      }
    }
    await attacker.query(statements.join('; '));
    planted += statements.length;
  }
  await attacker.end();
});
afterAll(() => database.drop());

const called = async (): Promise<number> => {
  const rows = await database.query<{ called: string }>(
    'select case when is_called then last_value else 0 end as called from public.called',
  );
  return Number(rows[0]!.called);
};

describe('overloads in every schema of the path, by a role that may create there', () => {
  it('are planted, and would be called by one who does not qualify', async () => {
    expect(planted).toBeGreaterThan(4_000);
    const before = await called();
    await database.query('select pg_try_advisory_lock($1, $2)', [1, 2]);
    expect(await called()).toBeGreaterThan(before);
    await database.query(`alter sequence public.called restart`);
  });

  it('are never called by a deploy, of all kinds of statements', async () => {
    const target = targetOf(database, { showQueries: true });
    await deployAll(target, [
      stageOf([
        migration('1', 'create table orders (id int primary key, mail text); insert into orders select 1, version();'),
        migration('2', 'create index concurrently orders_mail on orders (mail);'),
        migration('3', 'reindex index concurrently orders_mail;'),
        migration('4', 'drop index concurrently orders_mail;'),
        migration('5', 'create table undone ();', { down: { path: 'm/5.down.sql', sql: 'drop table undone' } }),
      ]),
      stageOf(
        [
          migration('9', 'alter table orders add constraint orders_mail_key unique (mail);'),
          migration('10', 'alter table orders alter mail set not null;'),
          migration('11', 'alter table orders add constraint orders_id check (id < 5);'),
        ],
        'constraints',
      ),
    ]);
    expect(await called()).toBe(0);
  });

  it('nor by the verbs', async () => {
    const target = targetOf(database, { showQueries: true });
    await read(database.url, 'pawl:log', async (client) => {
      await readLog(client, 'pawl', 100);
      await readDeploys(client, 'pawl', 100);
    });
    await planTarget(target, []);
    await lockStatus(target);
    await awaitApplied({ url: database.url, ledger: 'pawl', versions: ['1', '2'], within: 5_000 });
    await notify('channel', { key: 'k', message: {}, target } as never);
    await assertFiles(target, [{ name: 'a', path: 'a.sql', sql: 'select true;' }], recorder());
    await breakLock(target, { by: 'test', reason: 'test' });
    expect(await called()).toBe(0);
  });
});
