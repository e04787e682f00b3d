import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDatabase, startPostgres, type EmbeddedPostgres } from '../../../src/embedded/postgres.js';
import { LOCK_CLASS, lockKey } from '../../../src/engine/ledger/lock-key.js';
import { read } from '../../../src/engine/postgres/read.js';
import { backfillFile, batchesOf } from '../../support/backfill.js';
import { temporaryDirectory } from '../../support/directory.js';
import { begin, deployAll, migration, recorder, stageOf, targetOf } from '../../support/engine.js';

/** Debian's, which brings pg_resetwal; the package from npm does not. */
const BIN = '/usr/lib/postgresql/15/bin';
/** Above what an `int` holds, as in a cluster that has made many temporary tables or large objects. */
const OID = 3_000_000_000;

const place = temporaryDirectory();
let server: EmbeddedPostgres;
let urls: string[];
const query = async (url: string, sql: string): Promise<pg.QueryResultRow[]> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as pg.QueryResultRow[];
  } finally {
    await client.end();
  }
};

beforeAll(async () => {
  const options = { directory: place.directory, durable: false, bin: BIN };
  const first = await startPostgres(options);
  const data = join(first.directory, 'data');
  const client = new pg.Client({ connectionString: first.url });
  await client.connect();
  await client.query('alter system set max_prepared_transactions = 2');
  await client.end();
  await first.stop();
  const { uid, gid } = statSync(data);
  execFileSync(join(BIN, 'pg_resetwal'), ['-o', String(OID), '-D', data], { uid, gid, cwd: '/' });
  server = await startPostgres(options);
  urls = [await createDatabase(server.url, 'large_numbers'), await createDatabase(server.url, 'prepared')];
});
afterAll(async () => {
  await server?.stop();
  await place.remove();
});

// Beside each other: the second one waits most of its time.
it.concurrent('objects whose numbers are above 2^31 are built, rebuilt, detached, proved and read like any others', async () => {
  const url = urls[0]!;
  const statements = [
    'create table items (id int primary key, kind int) partition by range (id); create table item_1 partition of items for values from (0) to (10); insert into items values (1, 1);',
    'create index concurrently on item_1 (kind);',
    'create unique index concurrently if not exists item_kind on item_1 (kind, id);',
    'reindex table concurrently item_1;',
    'alter table items detach partition item_1 concurrently;',
    'drop index concurrently item_kind;',
  ];
  const constraints = [
    migration('101', 'alter table item_1 add constraint item_kind_positive check (kind > 0);'),
    migration('102', 'alter table item_1 add constraint item_kind_key unique (kind);'),
  ];
  await deployAll(targetOf({ url }, { backfill: batchesOf(10) }), [
    stageOf([
      ...statements.map((sql, n) => migration(String(n + 1), sql)),
      backfillFile('7', '-- pawl:backfill item_1 by id\nupdate item_1 set kind = 2 where kind = 1;'),
    ]),
    stageOf(constraints, 'constraints'),
  ]);
  expect(await query(url, `select min(oid::bigint) > 2147483648 as large from pg_class where relname ~ '^item'`)).toEqual([
    { large: true },
  ]);
  expect(await query(url, 'select count(*)::int as n from pawl.applied_migrations')).toEqual([{ n: 9 }]);
  expect(await query(url, 'select kind from item_1')).toEqual([{ kind: 2 }]);
});

it.concurrent(
  'a lock that a prepared transaction holds, which no session is to be seen of, is reported and not asked for without a pause',
  async () => {
    const url = urls[1]!;
    const target = targetOf({ url });
    const stages = [stageOf([migration('1', 'select 1;')])];
    await query(
      url,
      `begin; select pg_advisory_xact_lock(${LOCK_CLASS}, ${lockKey(target.ledger)}); prepare transaction 'forgotten'`,
    );
    try {
      const asked = async () =>
        read(url, 'test', async (client) =>
          Number(
            (
              await client.query<{ n: string }>(
                `select xact_commit as n from pg_stat_database where datname = current_database()`,
              )
            ).rows[0]!.n,
          ),
        );
      const before = await asked();
      await expect(begin(target, stages, recorder())).rejects.toMatchObject({
        code: 'LOCK_BUSY',
        verdict: 'retry',
        message: 'a session that pg_stat_activity does not show holds the lock of the target',
      });
      // Five seconds with a pause of 150 ms make some 70 questions; without one they are thousands.
      expect((await asked()) - before).toBeLessThan(500);
    } finally {
      await query(url, `rollback prepared 'forgotten'`);
    }
  },
);
