import { describe, expect, it } from 'vitest';
import { checkMigrations } from '../../../src/check/check.js';
import { migrationOf, withShop } from '../../support/check.js';

/** `rule severity message` of each finding of rules about what applications lose. */
async function findings(sql: string, setup = '', rules = /^(?:CL004|DS001|AC|RE)/): Promise<string[]> {
  return withShop(async (client, url) => {
    await client.query(setup);
    const report = await checkMigrations({ url, stages: [{ kind: 'migrate', name: 'm', migrations: [migrationOf(sql)] }] });
    expect(report.migrations[0]!.failure).toBeUndefined();
    return report.migrations[0]!.findings.filter(({ rule }) => rules.test(rule)).map(
      ({ rule, severity, message }) => `${rule} ${severity} ${message}`,
    );
  });
}

const APP = `do $$ begin create role pawl_app; exception when duplicate_object then null; end $$;
  grant select, insert on orders to pawl_app; grant select (name) on customers to pawl_app;`;

describe('what running applications lose', () => {
  it.each<[string, string[], string?]>([
    ['drop table audit', ['CL004 error public.audit is gone with all its rows: whatever still reads or writes it fails.']],
    ['drop view open_orders', ['CL004 error public.open_orders is gone: whatever still uses it fails.']],
    [
      'alter table orders drop column code',
      ['CL004 error public.orders loses the column code and its values: statements that name it fail.'],
    ],
    [
      'alter table orders rename to purchases',
      ['CL004 error public.orders is called public.purchases as soon as this commits: whatever uses the old name fails.'],
    ],
    [
      "do $$ begin execute 'drop table audit'; end $$",
      ['CL004 error public.audit is gone with all its rows: whatever still reads or writes it fails.'],
    ],
    ['drop function fixed_code()', ['CL004 error public.fixed_code() is gone: calls of it fail.']],
    [
      'drop function f(int); create function f(bigint) returns int language sql as $$ select 1 $$',
      [
        'CL004 warning public.f(integer) is gone, and public.f(bigint) stands in its place: calls whose arguments fit only the old one fail.',
      ],
      'create function f(int) returns int language sql as $$ select 1 $$',
    ],
    [
      'drop function f(int); create function f(int) returns bigint language sql as $$ select 1::bigint $$',
      [
        'CL004 error public.f(integer) returns bigint as soon as this commits: code that expects the old result fails or reads something else.',
      ],
      'create function f(int) returns int language sql as $$ select 1 $$',
    ],
    [
      'alter function fixed_code() rename to code',
      ['CL004 error public.fixed_code() is called public.code() as soon as this commits: calls of the old name fail.'],
    ],
    [
      "alter type order_status rename value 'sent' to 'shipped'",
      ["CL004 error The label 'sent' is unknown to the database as soon as this commits: statements that write it fail."],
    ],
    [
      'alter table audit set schema extra',
      ['CL004 error public.audit is called extra.audit as soon as this commits: whatever uses the old name fails.'],
      'create schema extra',
    ],
    [
      'drop schema extra cascade',
      ['DS001 error The schema extra is dropped with everything in it.'],
      'create schema extra; create table extra.t (id int)',
    ],
  ])('%s', async (sql, expected, setup) => {
    expect(await findings(sql, setup)).toEqual(expected);
  });
});

describe('what is there again at COMMIT', () => {
  it.each<[string, string[], string?]>([
    ['drop view open_orders; create view open_orders as select id, status from orders', []],
    ['drop function fixed_code(); create function fixed_code() returns text language sql immutable as $$ select $a$y$a$ $$', []],
    ['alter table audit rename to audit_old; create table audit (id bigint, body text)', []],
    ['alter table audit rename to b; alter table b rename to audit', []],
    ['drop schema if exists s cascade; create schema s', []],
    ['drop table if exists nothing cascade', []],
    [
      'drop table audit; create table audit (id bigint, body text)',
      ['DS001 error All rows of public.audit are lost: it is dropped and made again.'],
    ],
    [
      'alter table orders drop column code; alter table orders add column code text',
      ['DS001 error All values of code of public.orders are lost: it is dropped and made again.'],
    ],
    [
      'drop view open_orders; create view open_orders as select id, status from orders',
      ['AC001 error pawl_app has no longer SELECT on public.open_orders.'],
      `${APP} grant select on open_orders to pawl_app`,
    ],
  ])('%s', async (sql, expected, setup) => {
    expect(await findings(sql, setup)).toEqual(expected);
  });
});

describe('rights, row security and replica identity', () => {
  it.each<[string, string[], string?]>([
    ['revoke insert on orders from pawl_app', ['AC001 error pawl_app has no longer INSERT on public.orders.'], APP],
    ['revoke all on orders from pawl_app; grant select, insert, update on orders to pawl_app', [], APP],
    ['revoke select on orders from pawl_app; grant select on orders to public', [], APP],
    [
      'revoke select (name) on customers from pawl_app',
      ['AC001 error pawl_app has no longer SELECT (name) on public.customers.'],
      APP,
    ],
    ['grant update on orders to pawl_app', [], APP],
    [
      'revoke execute on function fixed_code() from public',
      ['AC001 warning Roles without a grant of their own have no longer EXECUTE on public.fixed_code().'],
    ],
    [
      'alter table orders enable row level security',
      [
        'AC002 error public.orders has row security and no policy for SELECT, INSERT, UPDATE, DELETE: for all but its owner there are no rows, and each INSERT fails.',
      ],
    ],
    [
      'alter table orders enable row level security; create policy p on orders for select using (true)',
      [
        'AC002 error public.orders has row security and no policy for INSERT, UPDATE, DELETE: for all but its owner there are no rows, and each INSERT fails.',
      ],
    ],
    ['alter table orders enable row level security; create policy p on orders using (true)', []],
    [
      'drop policy p on orders',
      [
        'AC002 error public.orders has row security and no policy for SELECT, INSERT, UPDATE, DELETE: for all but its owner there are no rows, and each INSERT fails.',
      ],
      'alter table orders enable row level security; create policy p on orders using (true)',
    ],
    [
      'drop policy p on orders; create policy q on orders using (id > 0)',
      [],
      'alter table orders enable row level security; create policy p on orders using (true)',
    ],
    [
      'create publication p for table events_2027',
      [
        'RE001 error UPDATE and DELETE on public.events_2027 fail as soon as this commits: it is published and has no replica identity.',
      ],
    ],
    ['create publication p for table orders', []],
    ["create publication p for table events_2027 with (publish = 'insert')", []],
    ['alter table events_2027 replica identity full; create publication p for table events_2027', []],
    [
      'alter table customers drop constraint customers_pkey cascade',
      [
        'RE001 error UPDATE and DELETE on public.customers fail as soon as this commits: it is published and has no replica identity.',
      ],
      'create publication p for table customers',
    ],
    [
      'alter publication p add table events_2027',
      [
        'RE001 error UPDATE and DELETE on public.events_2027 fail as soon as this commits: it is published and has no replica identity.',
      ],
      'create publication p',
    ],
  ])('%s', async (sql, expected, setup) => {
    expect(await findings(sql, setup, /^(?:AC|RE)/)).toEqual(expected);
  });
});
