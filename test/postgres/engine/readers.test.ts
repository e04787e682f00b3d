import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { breakLock, lockStatus } from '../../../src/engine/acts/break-lock.js';
import { awaitApplied } from '../../../src/engine/ledger/await.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';

const FILES = [stageOf([migration('1', 'create table a (id int);')])];
const role = `reader-${randomBytes(4).toString('hex')}`;

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await database.query(`create role "${role}" login password 'x'`);
});
afterEach(async () => {
  await database.query(`drop owned by "${role}"; drop role "${role}"`);
  await database.drop();
});

it.each([
  ['no right at all', ''],
  ['USAGE on the schema, and nothing on its tables', `grant usage on schema pawl to "${role}"`],
])('a role with %s gets the grants to run from every reader, and with them it reads', async (_, given) => {
  const target = targetOf(database);
  await deployAll(target, FILES);
  await database.query(given);
  const url = new URL(database.url);
  Object.assign(url, { username: role, password: 'x' });
  const reader = { ...target, url: url.href };
  const readers = {
    plan: () => planTarget(reader, FILES),
    verify: () => verifyTarget(reader, FILES),
    await: () => awaitApplied({ url: reader.url, ledger: 'pawl', versions: ['1'], within: 1_000 }),
    lock: () => lockStatus(reader),
    break: () => breakLock(reader, { by: 'ann', reason: 'try' }),
  };
  const grants: string[] = [];
  for (const [name, read] of Object.entries(readers)) {
    const error = await read().then(
      () => undefined,
      (failure: { code: string; verdict: string; next: string }) => failure,
    );
    expect(error, name).toMatchObject({ code: 'CONNECT_PERMISSION', verdict: 'refused' });
    grants.push(/GRANT.*;/.exec(error!.next)?.[0] ?? name);
  }
  expect(new Set(grants).size).toBe(1);
  await database.query(grants[0]!);
  await readers.plan();
  await readers.verify();
  await readers.await();
  await readers.lock();
  await expect(readers.break()).rejects.toMatchObject({ code: 'CONNECT_PERMISSION' });
});
