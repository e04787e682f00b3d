import type { HostileCase } from './case.js';

/** A file that tries to come out of its transaction, or to leave the session other than it was; `pawl deploy --direct` is asked to run it. */
export interface HostileSql extends HostileCase {
  readonly sql: string;
}

/** Would be there if any part of the file had been committed. */
const PLANT = 'create table planted (a int);';
const CONTROL = /SQL_TRANSACTION_CONTROL/;
const BREAKING = /SQL_SESSION_BREAKING/;

const refused = (sql: string, says: RegExp, what = sql): HostileSql => ({ what, sql: `${PLANT}\n${sql}\n`, exit: 4, says });
const applied = (sql: string, what = sql): HostileSql => ({ what, sql, exit: 0, says: /1 applied/ });
const code = (body: string): string => `do $do$ begin ${body} end $do$;`;

export const SQL: readonly HostileSql[] = [
  // Ends of the transaction, however they are written.
  ...[
    'commit',
    'COMMIT',
    'Commit Work',
    'end',
    'END TRANSACTION',
    'rollback',
    'abort',
    'begin',
    'start transaction',
    'commit and chain',
  ].map((sql) => refused(`${sql};`, CONTROL)),
  ...[
    'rollback and chain',
    "prepare transaction 'x'",
    "commit prepared 'x'",
    "rollback prepared 'x'",
    'begin isolation level serializable',
  ].map((sql) => refused(`${sql};`, CONTROL)),
  refused('/* a */ commit /* b */;', CONTROL),
  refused('-- a\ncommit -- b\n;', CONTROL, 'COMMIT between comments'),
  refused('commit', CONTROL, 'COMMIT without its semicolon'),
  refused(';;;commit;;;', CONTROL),
  refused('\u00a0commit;', /SQL_SYNTAX|SQL_TRANSACTION_CONTROL/, 'COMMIT behind a blank that is none'),
  refused('select 1; commit; select 2;', CONTROL),
  refused("select 'a'';commit;--'; commit;", CONTROL),
  refused("select e'\\';commit;--'; commit;", CONTROL),
  refused('select $a$ $b$ $a$; commit; select $b$;$b$;', CONTROL),
  refused('select "a"";commit;--"; commit;', CONTROL),
  refused('/* /* */ commit; */ commit;', CONTROL),
  refused("select U&'\\0041' uescape '!'; commit;", /SQL_TRANSACTION_CONTROL|SQL_SYNTAX/),
  refused("select 'a'\n'b'; commit;", CONTROL),
  refused("select 'a' -- x\n;commit;", CONTROL),
  refused('create procedure p() language sql begin atomic select 1; end; commit;', CONTROL),
  refused('explain analyze select 1; commit;', CONTROL),
  refused(`${'select 1;\n'.repeat(2_000)}commit;`, CONTROL, 'COMMIT behind 2,000 statements'),
  // From within code.
  refused(code('commit;'), /invalid transaction termination/),
  refused(code('rollback;'), /invalid transaction termination/),
  refused(code("execute 'commit';"), /SQL_FAILED/),
  refused(code("execute 'begin';"), /SQL_FAILED/),
  refused(code('perform pg_terminate_backend(pg_backend_pid());'), /./),
  refused(code('perform pg_cancel_backend(pg_backend_pid()); perform pg_sleep(1);'), /./),
  refused('create procedure p() language plpgsql as $$ begin commit; end $$; call p();', /invalid transaction termination/),
  refused("do language plpgsql 'begin commit; end';", /invalid transaction termination/),
  // What would take the lock, the role, the path or the way of reading away.
  ...['discard all', 'select pg_advisory_unlock_all()', 'select pg_catalog.pg_advisory_unlock_all()'].map((sql) =>
    refused(`${sql};`, BREAKING),
  ),
  refused(code('perform pg_advisory_unlock_all();'), BREAKING),
  refused(code("execute 'select pg_advisory_' || 'unlock_all()';"), /LEASE_FENCED|lock/),
  ...[
    'set standard_conforming_strings = off',
    'set standard_conforming_strings to 0',
    "set session standard_conforming_strings = 'off'",
  ].map((sql) => refused(`${sql};`, BREAKING)),
  ...["set client_encoding = 'SJIS'", "set names 'BIG5'", 'set local client_encoding to latin1', 'set backslash_quote = on'].map(
    (sql) => refused(`${sql};`, BREAKING),
  ),
  refused("select set_config('standard_conforming_strings', 'off', false);", BREAKING),
  refused("select pg_catalog.set_config('client_encoding', 'SJIS', true);", BREAKING),
  refused(code("perform set_config('standard_conforming_strings', 'off', false);"), BREAKING),
  refused(
    "set standard_conforming_strings = off; select 'a\\'';commit;insert into planted values (99);--';",
    BREAKING,
    'a string that the server would read to another end',
  ),
  refused('reset all; select 1/0;', /division by zero/),
  refused("set session authorization 'nobody_here';", /nobody_here/),
  refused('set role nobody_here;', /nobody_here/),
  refused('set transaction read only; insert into planted values (1);', /./),
  refused('set session characteristics as transaction read only; select 1/0;', /division by zero/),
  refused('set statement_timeout = 1; select pg_sleep(1);', /statement_timeout|time/),
  refused('set lock_timeout = 1; select 1/0;', /division by zero/),
  refused('set idle_in_transaction_session_timeout = 1; select 1/0;', /division by zero/),
  refused('set search_path = nowhere; select 1/0;', /division by zero/),
  refused('set "constructor" = 1;', /constructor/),
  refused('set "__proto__" = 1;', /__proto__/),
  refused('set "toString".x = 1; select 1/0;', /division by zero/),
  refused('listen x; unlisten *; select 1/0;', /division by zero/),
  refused('deallocate all; select 1/0;', /division by zero/),
  refused('savepoint a; rollback to a; release a; select 1/0;', /division by zero/),
  refused('release savepoint nothing;', /nothing|savepoint/),
  refused('rollback to savepoint pawl;', /savepoint/),
  // The ledger and its fence.
  refused('drop schema pawl cascade;', /LEDGER|LEASE_FENCED|pawl/),
  refused('delete from pawl.lease;', /the row of the lease is gone from the ledger/),
  refused('update pawl.lease set epoch = epoch + 1;', /LEASE_FENCED|fence|lease/),
  refused('alter table pawl.applied_migrations rename to x;', /pawl|applied_migrations/),
  refused('drop table pawl.applied_migrations;', /pawl|applied_migrations/),
  refused('create rule r as on insert to pawl.applied_migrations do instead nothing;', /LEDGER_INCOMPLETE|row|rule/i),
  refused("insert into pawl.applied_migrations (version, name) values ('1', 'x');", /./),
  refused(
    'create function f() returns trigger language plpgsql as $$ begin return null; end $$; create trigger t before insert on pawl.applied_migrations for each row execute function f();',
    /./,
  ),
  // What fails after it has done something.
  refused('select 1/0;', /1_a\.sql:2:\d+: division by zero/),
  refused('select 1 from nowhere;', /relation "nowhere" does not exist/),
  refused(code("raise exception 'hunter2' using errcode = 'PW001';"), /SQL_FAILED/),
  refused(code("raise exception using errcode = '08006', message = 'gone';"), /SQL_FAILED/),
  refused(code("raise exception using errcode = '57P01', message = 'gone';"), /SQL_FAILED/),
  refused(code("raise exception using message = repeat('x', 3000000);"), /SQL_FAILED/, 'an error of 3 MB'),
  refused(code("raise exception '%', E'\\u001b[2J\\u202e';"), /SQL_FAILED/, 'an error that clears the screen'),
  refused(code("raise exception E'a\\n✗ b\\n✓ done';"), /SQL_FAILED/, 'an error with lines of its own'),
  refused(code("raise notice '%', repeat('x', 1000000); perform 1/0;"), /division by zero/, 'a notice of 1 MB'),
  refused(code("for i in 1..20000 loop raise notice 'n'; end loop; perform 1/0;"), /division by zero/, '20,000 notices'),
  refused('create table "a\u001b[2J" (); create table "a\u001b[2J" ();', /already exists/, 'a name that clears the screen'),
  refused(`create table "${'x'.repeat(64)}" (); select 1/0;`, /division by zero/),
  refused("copy planted from program 'false';", /SQL_FAILED/),
  refused("copy planted from '/nowhere';", /SQL_FAILED/),
  refused(
    "copy planted from stdin;\n1\n'; commit; --\n\\.\n",
    /invalid input syntax for type integer/,
    'data of COPY that looks like SQL',
  ),
  refused('copy planted to stdout; select 1/0;', /./),
  refused('select * from generate_series(1, 1000000); select 1/0;', /division by zero/, 'a million rows that nobody reads'),
  refused("load 'nowhere';", /SQL_FAILED/),
  // The same outside of transactions, where no end of one could do harm.
  ...['commit', 'begin', 'rollback', "prepare transaction 'x'", 'discard all', 'set standard_conforming_strings = off'].map(
    (sql): HostileSql => ({
      what: `without a transaction: ${sql}`,
      sql: `-- pawl:no-transaction\n${sql};\n${PLANT}\n`,
      exit: 4,
      says: /SQL_TRANSACTION_CONTROL|SQL_SESSION_BREAKING/,
    }),
  ),
  // Looks like an end, and is none.
  applied('select \'commit;\'; select $$ commit; $$; select 1 as "commit;"; -- commit;\n/* commit; */'),
  applied("select E'\\'; commit; --';"),
  applied("select 'a\\'; select 1 as \"commit\"; --';", 'a backslash before a quote, as the standard reads it'),
  applied("select U&'d\\0061t', U&\"d!0061t\" uescape '!' from (select 1 as dat) x;"),
  applied('savepoint a; select 1; rollback to a; release a;'),
  applied('set standard_conforming_strings = on; set client_encoding = utf8; set backslash_quote = safe_encoding;'),
  applied('do $$ begin begin perform 1/0; exception when division_by_zero then null; end; end $$;', 'an error that is caught'),
  applied('select 1 /* ; commit; /* nested */ */;'),
  applied(
    "reset all; set search_path = pg_temp; set role none; set session authorization default; set local timezone = 'Asia/Tokyo';",
    'settings of the session',
  ),
  applied("select set_config('search_path', 'nowhere', false), set_config('statement_timeout', '1h', false);"),
  applied('listen pawl; notify pawl; unlisten *; prepare p as select 1; execute p; deallocate all; discard plans; discard temp;'),
  applied(
    "set lc_messages = 'C'; set datestyle = 'German'; set intervalstyle = 'sql_standard'; set bytea_output = 'escape'; set extra_float_digits = -15;",
  ),
  applied(
    'set quote_all_identifiers = on; set array_nulls = off; set transform_null_equals = on; set default_transaction_isolation = serializable;',
  ),
  applied('set session_replication_role = replica;', 'triggers off in the session'),
  applied('set default_transaction_read_only = on; set transaction_read_only = off;', 'the next transaction read only'),
];
