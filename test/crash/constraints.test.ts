import { afterEach, describe, expect, it } from 'vitest';
import { createCrashDeploy, effect, EFFECTS, type CrashDeploy } from '../support/crash-deploy.js';
import { expectInvariants } from '../support/invariants.js';

let deploy: CrashDeploy;
afterEach(() => deploy?.end());

const TABLES = `${EFFECTS[1]}
  create table customers (id int, code text);
  create table orders (id int primary key, customer int, total int);
  insert into customers select n, 'c' || n from generate_series(1, 500) n;
  insert into orders select n, n, n from generate_series(1, 500) n;`;

/** One file with a constraint of every kind. */
const CONSTRAINTS = `alter table customers add constraint customers_pkey primary key (id), add constraint customers_code unique (code);
  create unique index orders_both on orders (customer, total);
  alter table orders add constraint orders_customer foreign key (customer) references customers (id);
  alter table orders add constraint orders_total check (total > 0);
  alter table orders alter column total set not null;`;

const HOLDS = `select
  (select count(*)::int from pg_constraint where conrelid in ('customers'::regclass, 'orders'::regclass) and contype <> 'n' and convalidated) as constraints,
  (select count(*)::int from pg_constraint where conname like 'pawl%') as proofs,
  (select count(*)::int from pg_index where indrelid in ('customers'::regclass, 'orders'::regclass) and indisvalid) as indexes,
  (select attnotnull from pg_attribute where attrelid = 'orders'::regclass and attname = 'total') as required`;

async function begin(): Promise<void> {
  deploy = await createCrashDeploy([[EFFECTS[0], TABLES], effect(2)], {}, [['101', CONSTRAINTS]]);
}

async function expectAllProved(): Promise<void> {
  await expectInvariants(deploy.database, { versions: ['1', '2', '101'], effects: ['1', '2'] });
  expect(await deploy.database.query(HOLDS)).toEqual([{ constraints: 5, proofs: 0, indexes: 4, required: true }]);
}

describe('a constraint that is put on in steps', () => {
  it.each(['after-transaction#1', 'before-transaction#2'])(
    'kill -9 %s, again and again: each attempt goes on at its step',
    async (at) => {
      await begin();
      let attempts = 0;
      for (let last; last?.kind !== 'done'; attempts += 1) last = await deploy.start({ at }).ended();
      // Two migrations, twelve steps in transactions, and the last attempt.
      expect(attempts).toBeGreaterThanOrEqual(14);
      await expectAllProved();
    },
  );

  const points = ['after-intent', 'before-statement', 'after-statement', 'after-done'];
  it.each(points.flatMap((name) => [1, 3].map((n) => `${name}#${n}`)))('kill -9 %s of an index: it is built once', async (at) => {
    await begin();
    expect(await deploy.start({ at }).ended()).not.toMatchObject({ kind: 'done' });
    await deploy.finish();
    await expectAllProved();
  });
});
