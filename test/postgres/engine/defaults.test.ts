import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '../../../src/engine/postgres/connect.js';
import { OUR_SETTINGS, OWN_PATH, resetStatements } from '../../../src/engine/postgres/settings.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { begin, deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

/**
 * Settings that a role or a database may have a default of and that are left as they are, by why. Looked through in the lists of
 * PostgreSQL 14 to 18 (`postgres --describe-config`); a setting that a newer version adds fails the test until it has been looked at.
 */
const KEPT: Readonly<Record<string, RegExp>> = {
  'a migration is written for it':
    /^(search_path|role|timezone|timezone_abbreviations|intervalstyle|lc_.*|default_text_search_config|icu_validation_level|default_tablespace|temp_tablespaces|default_table_access_method|default_toast_compression|xmlbinary|xmloption|createrole_self_grant|password_encryption|scram_iterations|md5_password_warnings|check_function_bodies)$/,
  'a dialect that the database has chosen':
    /^(array_nulls|backslash_quote|escape_string_warning|lo_compat_privileges|quote_all_identifiers|transform_null_equals|synchronize_seqscans|bytea_output|extra_float_digits)$/,
  'off raises an error instead of leaving rows out': /^row_security$/,
  'only a superuser may, and means it':
    /^(event_triggers|deadlock_timeout|dynamic_library_path|extension_.*|allow_in_place_tablespaces|allow_system_table_mods|session_preload_libraries|local_preload_libraries|temp_file_limit|restrict_nonsystem_relation_kind|jit_.*|zero_damaged_pages|ignore_.*|max_stack_depth|update_process_title)$/,
  'how a plan is found and what it may use, not what it does':
    /^(enable_.*|cpu_.*|parallel_.*|min_parallel_.*|max_parallel_.*|.*_page_cost|effective_.*|constraint_exclusion|cursor_tuple_fraction|default_statistics_target|from_collapse_limit|join_collapse_limit|jit|plan_cache_mode|recursive_worktable_factor|geqo.*|gin_.*|work_mem|maintenance_work_mem|hash_mem_multiplier|logical_decoding_work_mem|temp_buffers|vacuum_.*|.*io_.*|backend_flush_after|file_copy_method|optimize_bounded_sort|trace_.*)$/,
  'what the server counts and logs':
    /^(log_.*|debug_.*|force_parallel_mode|track_.*|backtrace_functions|compute_query_id|stats_fetch_consistency)$/,
  'how the log is written': /^(commit_.*|wal_.*)$/,
  'known only to a build for developers': /^(ignore_invalid_pages|post_auth_delay|seed)$/,
};

it('every setting that a role or database may change is ours, or kept for a reason', async () => {
  const rows = await database.query<{ name: string }>(
    `select lower(name) as name from pg_settings where context in ('user', 'superuser') and name !~ '\\.'`,
  );
  const ours = new Set(OUR_SETTINGS);
  const kept = Object.values(KEPT);
  const unknown = rows
    .map(({ name }) => name)
    .filter(
      (name) =>
        !ours.has(name) &&
        ![
          'session_authorization',
          'transaction_isolation',
          'transaction_read_only',
          'transaction_deferrable',
          'is_superuser',
        ].includes(name),
    )
    .filter((name) => !kept.some((pattern) => pattern.test(name)));
  expect(unknown).toEqual([]);
});

const versionOf = async (): Promise<number> =>
  Number((await database.query<{ server_version_num: string }>('show server_version_num'))[0]!.server_version_num);

const DEFAULTS = {
  statement_timeout: '1s',
  lock_timeout: '10ms',
  idle_in_transaction_session_timeout: '1s',
  idle_session_timeout: '1s',
  default_transaction_read_only: 'on',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  exit_on_error: 'on',
  datestyle: 'SQL, DMY',
  client_min_messages: 'error',
  synchronous_commit: 'off',
  standard_conforming_strings: 'off',
  session_replication_role: 'replica',
  lc_messages: 'C',
} as const;

const SLOW = `create table a (id int primary key); select pg_sleep(2.2);
  create table b (at date default '02/01/2027', a int references a);`;

describe.each(['role', 'database'])('defaults of the %s', (of) => {
  const role = `limits_${process.pid}`;
  // What it owned went with the database of the test before.
  beforeEach(() => database.query(`drop role if exists ${role}; create role ${role} superuser login password 'limits'`));

  it('never cut, hide or turn a migration, nor what is read of the ledger', async () => {
    const version = await versionOf();
    const defaults = { ...DEFAULTS, ...(version >= 170000 && { transaction_timeout: '1s' }) };
    const whose = of === 'role' ? `role ${role}` : `database ${database.name}`;
    const set = Object.entries(defaults).map(
      ([name, value]) => `alter ${whose} set ${name} = ${name === 'datestyle' ? value : `'${value}'`}`,
    );
    await database.query(set.join('; '));
    const url = Object.assign(new URL(database.url), { username: role, password: 'limits' }).href;
    const stages = [stageOf([migration('1', SLOW), migration('2', 'create index concurrently i on a (id);')])];
    const target = targetOf({ url });
    const { owner } = await deployAll(target, stages);
    expect(owner.epoch).toBe(1);
    // The order of day and month is the database's own.
    expect(await dateIn(url)).toBe('2027-01-02');
    await expect(begin(target, stages)).resolves.toMatchObject({ adopted: 0 });
  });
});

async function dateIn(url: string): Promise<string> {
  const session = await connect({ url, application: 'pawl:test', lockTimeout: 1000 });
  try {
    await session.client.query('insert into public.a values (1); insert into public.b (a) values (1)');
    return (await session.client.query<{ at: string }>('select at::text from public.b')).rows[0]!.at;
  } finally {
    await session.close();
  }
}

it('a reset puts them out of force again, and leaves the path that migrations run with as the database has it', async () => {
  await database.query(`create schema app; alter database ${database.name} set search_path = app;
    alter database ${database.name} set statement_timeout = '1s'; alter database ${database.name} set datestyle = 'German, DMY'`);
  const session = await connect({ url: database.url, application: 'pawl:test', lockTimeout: 1500 });
  try {
    const show = async (name: string) =>
      Object.values((await session.client.query<pg.QueryResultRow>(`show ${name}`)).rows[0]!)[0] as string;
    await session.client.query('set search_path = nowhere; set statement_timeout = 7; set datestyle = SQL');
    await session.client.query(resetStatements(session.settings));
    expect(await show('search_path')).toBe('pg_catalog, pg_temp');
    await session.client.query(OWN_PATH);
    expect([await show('search_path'), await show('statement_timeout'), await show('datestyle')]).toEqual([
      'app',
      '0',
      'ISO, DMY',
    ]);
  } finally {
    await session.close();
  }
});

it('a default that only a superuser may change is named with what takes it away', async () => {
  const role = `plain_${process.pid}`;
  await database.query(
    `create role ${role} login password 'plain'; alter database ${database.name} set session_replication_role = 'replica'`,
  );
  try {
    const url = Object.assign(new URL(database.url), { username: role, password: 'plain' }).href;
    await expect(connect({ url, application: 'pawl:test', lockTimeout: 1000 })).rejects.toMatchObject({
      code: 'CONNECT_PERMISSION',
      message: expect.stringContaining('session_replication_role = replica') as string,
      next: expect.stringContaining('RESET session_replication_role') as string,
    });
  } finally {
    await database.query(`drop role ${role}`);
  }
});
