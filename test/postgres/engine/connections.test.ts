import { afterEach, beforeEach, expect, it } from 'vitest';
import { inProcess } from '../../../src/direct/in-process.js';
import { applyPending } from '../../../src/engine/acts/apply.js';
import { companionOf } from '../../../src/engine/postgres/companion.js';
import { answers } from '../../../src/engine/postgres/pulse.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { migration, recorder, stageOf, targetOf } from '../../support/engine.js';
import { startProxy } from '../../support/proxy.js';

let database: TestDatabase;
let url: string;
const role = `limited_${process.pid}`;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.query(`create role ${role} login password 'limited' connection limit 2`);
  await database.query(`grant create on database ${database.name} to ${role}; grant create on schema public to ${role}`);
  url = Object.assign(new URL(database.url), { username: role, password: 'limited' }).href;
});
afterEach(async () => {
  await database.query(`drop owned by ${role}`);
  await database.query(`drop role ${role}`);
  await database.drop();
});

it('CONNECTION LIMIT 2 is enough for a deploy that is watched while it works', async () => {
  const target = targetOf({ url });
  const stage = stageOf([
    migration('1', 'create table a (); select pg_sleep(1.2);'),
    migration('2', 'create index concurrently i on a ((1));'),
  ]);
  const control = recorder();
  await inProcess(target, { release: 'r', label: 'l', by: 'test' }, [stage], control, (owner, begun) =>
    applyPending({ target, owner, stage, after: begun.plan.position, limit: Infinity, milliseconds: 60_000 }, control),
  );
  expect(control.reports.some(({ doing }) => doing.includes('not observed'))).toBe(false);
  expect(control.reports.some(({ seconds }) => seconds !== undefined)).toBe(true);
  expect(await database.query('select version from pawl.applied_migrations order by version')).toEqual([
    { version: '1' },
    { version: '2' },
  ]);
});

it('a server that refuses one more connection has answered; one that is cut off has not', async () => {
  await database.query(`alter role ${role} connection limit 0`);
  const companion = companionOf(url);
  expect(await answers(companion)).toBe(true);
  await companion.release();
  const proxy = await startProxy(Number(new URL(url).port));
  try {
    const through = companionOf(proxy.through(url));
    proxy.cut('reset');
    expect(await answers(through)).toBe(false);
    await through.release();
  } finally {
    await proxy.close();
  }
});
