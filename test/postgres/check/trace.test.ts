import { beforeAll, describe, expect, it } from 'vitest';
import { traceMigration } from '../../../src/check/trace/trace-migration.js';
import { readRelations } from '../../../src/check/trace/relations.js';
import { loadGrammar } from '../../../src/engine/files/statements.js';
import { migrationOf, withShop } from '../../support/check.js';

beforeAll(loadGrammar);

const AEX = 'AccessExclusiveLock';
const SRX = 'ShareRowExclusiveLock';
const SHARE = 'ShareLock';
const SUX = 'ShareUpdateExclusiveLock';

/** Statement, table, strongest mode on it, heaviest work done to it; as research measured them and PostgreSQL's manual says. */
const SAMPLES: [sql: string, table: string, mode: string, work: string | undefined][] = [
  ['alter table orders add column a int default 7', 'orders', AEX, undefined],
  ['alter table orders add column a timestamptz default now()', 'orders', AEX, undefined],
  ['alter table orders add column a int not null default 0', 'orders', AEX, undefined],
  ['alter table orders add column a timestamptz default clock_timestamp()', 'orders', AEX, 'rewrite'],
  ['alter table orders add column a uuid default gen_random_uuid()', 'orders', AEX, 'rewrite'],
  ['alter table orders add column a int generated always as (quantity * 2) stored', 'orders', AEX, 'rewrite'],
  ['alter table orders add column a serial', 'orders', AEX, 'rewrite'],
  ['alter table audit add column a int generated always as identity', 'audit', AEX, 'rewrite'],
  ['alter table orders add column a email', 'orders', AEX, 'rewrite'],
  ['alter table orders alter column quantity type bigint', 'orders', AEX, 'rewrite'],
  ['alter table customers alter column name type varchar(20)', 'customers', AEX, undefined],
  ['alter table customers alter column name type text', 'customers', AEX, undefined],
  ['alter table customers alter column name type varchar(5)', 'customers', AEX, 'rewrite'],
  ['alter table orders alter column code set not null', 'orders', AEX, 'scan'],
  ['alter table orders alter column checked set not null', 'orders', AEX, undefined],
  ["alter table orders add constraint c check (code <> '')", 'orders', AEX, 'scan'],
  ["alter table orders add constraint c check (code <> '') not valid", 'orders', AEX, undefined],
  ['alter table orders validate constraint amount_pending', 'orders', SUX, 'scan'],
  ['alter table orders add foreign key (customer_id) references customers', 'orders', SRX, 'scan'],
  ['alter table orders add foreign key (customer_id) references customers', 'customers', SRX, undefined],
  ['create schema other create table customers (id int primary key references public.customers)', 'customers', SRX, undefined],
  ['alter table orders add foreign key (customer_id) references customers not valid', 'orders', SRX, undefined],
  ['create index on orders (code)', 'orders', SHARE, 'index build'],
  ['create index concurrently on orders (code)', 'orders', SUX, 'index build'],
  ['drop index concurrently orders_status_idx', 'orders', SUX, undefined],
  ['drop index orders_status_idx', 'orders', AEX, undefined],
  [
    'create trigger t before update on orders for each row execute function suppress_redundant_updates_trigger()',
    'orders',
    SRX,
    undefined,
  ],
  ['create table a (order_id bigint references orders)', 'orders', SRX, undefined],
  ["alter table events attach partition events_2027 for values from ('2027-01-01') to ('2028-01-01')", 'events', SUX, undefined],
  [
    "alter table events attach partition events_2027 for values from ('2027-01-01') to ('2028-01-01')",
    'events_2027',
    AEX,
    'scan',
  ],
  [
    "alter table metrics attach partition metrics_2028 for values from ('2028-01-01') to ('2029-01-01')",
    'metrics_2028',
    AEX,
    undefined,
  ],
  ["create table metrics_2026 partition of metrics for values from ('2026-01-01') to ('2027-01-01')", 'metrics', AEX, undefined],
  ["comment on table orders is 'x'", 'orders', SUX, undefined],
  ['create statistics s on status, quantity from orders', 'orders', SUX, undefined],
  ['alter table orders set (fillfactor = 80)', 'orders', SUX, undefined],
  ['alter table orders alter column code set statistics 500', 'orders', SUX, undefined],
  ['alter table orders drop column code', 'orders', AEX, undefined],
  ['alter table orders rename column code to kode', 'orders', AEX, undefined],
  ['alter table orders rename to purchases', 'orders', AEX, undefined],
  ["alter table orders alter column code set default 'x'", 'orders', AEX, undefined],
  ['alter table orders enable row level security', 'orders', AEX, undefined],
  ['create policy p on orders using (true)', 'orders', AEX, undefined],
  ['alter table orders alter column code set storage external', 'orders', AEX, undefined],
  ['truncate audit', 'audit', AEX, undefined],
  ['vacuum full audit', 'audit', AEX, 'rewrite'],
  ['refresh materialized view totals', 'totals', AEX, 'rewrite'],
  ['reindex table concurrently orders', 'orders', SUX, 'index build'],
];

describe('what a statement takes and does', () => {
  it.each(SAMPLES)('%s → %s %s %s', async (sql, table, mode, work) => {
    const found = await withShop(async (client) => {
      const relations = await readRelations(client);
      const { statements, error } = await traceMigration(client, migrationOf(sql), relations);
      if (error) throw error.cause as Error;
      return statements[0]!.touched.find(({ oid }) => relations.known.get(oid)?.name === `public.${table}`);
    });
    expect({ mode: found?.mode, work: found?.work[0] }).toEqual({ mode, work });
  });
});
