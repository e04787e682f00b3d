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
import { startProxy, type Proxy } from '../../support/proxy.js';
import { deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

/** Types that a parameter or a literal without a type may become, or that ours really have. */
const TYPES = ['text', 'int4', 'int8', 'numeric', 'name', 'oid', 'regclass', 'bool', 'timestamptz', 'jsonb', '"char"', 'text[]'];

/** What the second one of two may be. */
const OTHERS = ['text', 'int4', 'numeric', 'regclass'];

/**
 * Functions as they may be overloaded by a role that may create in a schema: every function of PostgreSQL that a deploy and the verbs send, for
 * every pair of types, and operators between types that PostgreSQL has none for or that are coerced. Each tells that it was called.
 */
const FUNCTIONS = `select distinct p.proname as name, array_agg(distinct p.pronargs) as counts from pg_catalog.pg_proc p
  where p.pronamespace = 'pg_catalog'::regnamespace and p.proname = any($1) group by p.proname`;

const OPERATORS = ['=', '<>', '<', '>', '>=', '<=', '+', '-', '*', '/', '%', '||', '~', '!~', '->>', '->'];

/** A text that is sent, and one as long in its place, so that the messages stay whole. */
type Layer = readonly [sent: string, instead: string];
const QUALIFIED: Layer = ['pg_catalog.', '           '];
const CLOSED: Layer = ['search_path = pg_catalog, pg_temp', 'search_path = app, public, public'];

let database: TestDatabase;
let proxy: Proxy;
let planted = 0;
/** How often a layer was taken out. */
let taken = 0;

/** What is called by name in everything that is sent. */
async function namesSent(): Promise<string[]> {
  const names = new Set<string>();
  const plain = await createTestDatabase();
  const recorder = await startProxy(Number(new URL(plain.url).port));
  recorder.rule = (chunk, from) => {
    if (from === 'client')
      for (const [, name = ''] of chunk.toString('latin1').matchAll(/\b([a-z][a-z0-9_]*)\s*\(/gi)) names.add(name);
    return 'pass';
  };
  await deployKinds(recorder.through(plain.url), 'pawl');
  await verbs(recorder.through(plain.url));
  await recorder.close();
  await plain.drop();
  // A migration calls it.
  names.delete('version');
  return [...names];
}

/** Takes a layer of the protection out of everything that is sent from now on. */
function takeOut(layer: Layer | undefined): void {
  taken = 0;
  proxy.rule = (chunk, from) => {
    if (layer === undefined || from === 'server') return 'pass';
    const [sent, instead] = layer;
    for (let at = chunk.indexOf(sent); at >= 0; at = chunk.indexOf(sent, at)) {
      chunk.write(instead, at);
      taken += 1;
    }
    return 'pass';
  };
}

beforeAll(async () => {
  database = await createTestDatabase();
  proxy = await startProxy(Number(new URL(database.url).port));
  await database.query('create schema app');
  await database.query('grant create, usage on schema public, app to public');
  await database.query(`alter database ${database.name} set search_path = app, public`);
  const sent = await namesSent();
  const attacker = new pg.Client({ connectionString: database.url });
  await attacker.connect();
  // An unprivileged role, without a role that outlives the test.
  await attacker.query(`set role pg_read_all_stats`);
  const { rows } = await attacker.query<{ name: string; counts: number[] }>(FUNCTIONS, [sent]);
  // A sequence tells of each name that was called, also in a transaction that was rolled back.
  const told = [...rows.map(({ name }) => name), ...OPERATORS].map(
    (name) => `create sequence calls.${pg.escapeIdentifier(name)}`,
  );
  await database.query(`create schema calls; ${told.join('; ')}; grant usage on schema calls to public`);
  await database.query('grant usage on all sequences in schema calls to public');
  const body = (name: string, result: string): string =>
    `returns ${result} language plpgsql as $$ begin perform pg_catalog.nextval('calls.${pg.escapeIdentifier(name)}'); return null; end $$`;
  for (const schema of ['public', 'app']) {
    const statements: string[] = [];
    for (const { name, counts } of rows) {
      const lists = counts.flatMap((count) =>
        count === 0 ? [''] : count === 1 ? TYPES : count === 2 ? TYPES.flatMap((a) => OTHERS.map((b) => `${a}, ${b}`)) : [],
      );
      for (const list of new Set(lists))
        statements.push(`create function ${schema}.${pg.escapeIdentifier(name)}(${list}) ${body(name, 'text')}`);
      statements.push(
        `create function ${schema}.${pg.escapeIdentifier(name)}(text, text, variadic text[]) ${body(name, 'text')}`,
      );
    }
    for (const [n, operator] of OPERATORS.entries()) {
      for (const [left, right] of TYPES.flatMap((a) => [...new Set([a, ...OTHERS])].map((b) => [a, b] as const))) {
        const name = `${schema}.op_${n}`;
        statements.push(`create function ${name}(${left}, ${right}) ${body(operator, 'bool')}`);
        statements.push(`create operator ${schema}.${operator} (leftarg = ${left}, rightarg = ${right}, function = ${name})`);
      }
    }
    await attacker.query(statements.join('; '));
    planted += statements.length;
  }
  await attacker.end();
});
afterAll(async () => {
  await proxy.close();
  await database.drop();
});

/** A deploy of all kinds of statements. */
async function deployKinds(url: string, ledger: string): Promise<void> {
  const target = targetOf({ url }, { ledger, showQueries: true });
  const orders = `orders_${ledger}`;
  await deployAll(target, [
    stageOf([
      migration('1', `create table ${orders} (id int primary key, mail text); insert into ${orders} select 1, version();`),
      migration('2', `create index concurrently ${orders}_mail on ${orders} (mail);`),
      migration('3', `reindex index concurrently ${orders}_mail;`),
      migration('4', `drop index concurrently ${orders}_mail;`),
      migration('5', 'create table undone ();', { down: { path: 'm/5.down.sql', sql: 'drop table undone' } }),
    ]),
    stageOf(
      [
        migration('9', `alter table ${orders} add constraint ${orders}_mail_key unique (mail);`),
        migration('10', `alter table ${orders} alter mail set not null;`),
        migration('11', `alter table ${orders} add constraint ${orders}_id check (id < 5);`),
      ],
      'constraints',
    ),
  ]);
}

/** What looks at a ledger, after such a deploy, or changes who may. */
async function verbs(url: string): Promise<void> {
  const target = targetOf({ url }, { showQueries: true });
  await read(url, 'pawl:log', async (client) => {
    await readLog(client, 'pawl', 100);
    await readDeploys(client, 'pawl', 100);
  });
  await planTarget(target, []);
  await lockStatus(target);
  await awaitApplied({ url, ledger: 'pawl', versions: ['1', '2'], within: 5_000 });
  await notify('channel', { key: 'k', message: {}, target } as never);
  await assertFiles(target, [{ name: 'a', path: 'a.sql', sql: 'select true;' }], recorder());
  await breakLock(target, { by: 'test', reason: 'test' });
}

/** Names of what was planted and is called, since this was asked last. */
async function called(): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    "select sequencename as name from pg_sequences where schemaname = 'calls' and last_value is not null order by 1",
  );
  const names = rows.map(({ name }) => name);
  for (const name of names) await database.query(`alter sequence calls.${pg.escapeIdentifier(name)} restart`);
  return names;
}

describe('overloads in every schema of the path, by a role that may create there', () => {
  it('are planted, and would be called by one who does not qualify', async () => {
    expect(planted).toBeGreaterThan(4_000);
    await database.query('select pg_try_advisory_lock($1, $2)', [1, 2]);
    expect(await called()).toEqual(['pg_try_advisory_lock']);
    expect(await called()).toEqual([]);
  });

  it.each([
    ['are never called by a deploy, of all kinds of statements', 'pawl', undefined],
    ['nor where only the closed path keeps them away', 'path', QUALIFIED],
    ['nor where only qualified names do', 'names', CLOSED],
  ] as const)('%s', async (_, ledger, layer) => {
    takeOut(layer);
    await deployKinds(proxy.through(database.url), ledger);
    await database.query('drop table undone');
    expect(await called()).toEqual([]);
    if (layer) expect(taken).toBeGreaterThan(20);
  });

  it.each([
    ['nor by the verbs', undefined],
    ['nor by the verbs, where only the closed path keeps them away', QUALIFIED],
  ])('%s', async (_, layer) => {
    takeOut(layer);
    await verbs(proxy.through(database.url));
    expect(await called()).toEqual([]);
    if (layer) expect(taken).toBeGreaterThan(20);
  });
});
