import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readDatabase } from '../../../src/catalog/diff.js';
import { readStatistics } from '../../../src/check/read-statistics.js';
import { inProcess } from '../../../src/direct/in-process.js';
import { planRetirement } from '../../../src/engine/acts/retire.js';
import { connect } from '../../../src/engine/postgres/connect.js';
import { planTarget } from '../../../src/engine/plan/plan.js';
import { verifyTarget } from '../../../src/engine/plan/verify.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';
import { startPgbouncer, type Pgbouncer } from '../../support/pgbouncer.js';

let database: TestDatabase;
let bouncer: Pgbouncer | undefined;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await bouncer?.stop();
  await database.drop();
});

const stages = [stageOf([migration('1', 'create table a ();')])];

const SETTINGS = `select name, setting from pg_settings where name <> 'application_name' order by name`;

it('what only reads leaves a shared session exactly as it was', async () => {
  await database.query(`alter database ${database.name} set statement_timeout = '5s'`);
  await deployAll(targetOf(database), stages);
  bouncer = await startPgbouncer(database.url, 'transaction', { pool: 1 });
  const application = new pg.Client({ connectionString: bouncer.url });
  await application.connect();
  try {
    const look = async () => ({
      pid: (await application.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid,
      settings: (await application.query(SETTINGS)).rows,
    });
    const before = await look();
    const target = targetOf({ url: bouncer.url });
    await planTarget(target, stages);
    await verifyTarget(target, stages);
    await planRetirement(target, stages);
    await readDatabase(target.url);
    await readStatistics(target.url);
    await expect(connect({ url: target.url, application: 'pawl:test', lockTimeout: 1000 })).rejects.toMatchObject({
      code: 'CONNECT_POOLER',
    });
    expect(await look()).toEqual(before);
  } finally {
    await application.end();
  }
});

it('transaction mode is found under traffic, and a refused deploy leaves no lock in the pool', async () => {
  bouncer = await startPgbouncer(database.url, 'transaction', { pool: 3 });
  const through = bouncer.url;
  let over = false;
  const traffic = Array.from({ length: 4 }, async () => {
    const client = new pg.Client({ connectionString: through });
    await client.connect();
    while (!over) await client.query('begin; select pg_sleep(0.004); commit');
    await client.end();
  });
  try {
    for (let attempt = 0; attempt < 30; attempt += 1) {
      const deploy = inProcess(targetOf({ url: through }), { release: 'r', label: 'l', by: 'test' }, stages, recorder(), () =>
        Promise.resolve(),
      );
      await expect(deploy).rejects.toMatchObject({ code: 'CONNECT_POOLER' });
    }
    expect(
      await database.query(
        `select from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
      ),
    ).toEqual([]);
    expect(await database.query(`select to_regnamespace('pawl') as ledger`)).toEqual([{ ledger: null }]);
  } finally {
    over = true;
    await Promise.all(traffic);
  }
});
