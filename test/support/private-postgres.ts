import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase, startPostgres } from '../../src/embedded/postgres.js';
import { isAlive } from './alive.js';
import type { TestDatabase } from './database.js';
import { temporaryDirectory } from './directory.js';
import { waitFor } from './wait.js';

/** A PostgreSQL of one test's own, which the test may stop, kill and promote. Its port stays the same. */
export interface PrivatePostgres {
  /** Of a database in it. */
  readonly url: string;
  readonly query: TestDatabase['query'];
  readonly postmaster: () => number;
  /** How PostgreSQL itself names the ways to stop: smart is not of use here. Waits until it is gone. */
  readonly stop: (mode: 'fast' | 'immediate' | 'kill') => Promise<void>;
  readonly start: () => Promise<void>;
  /** Stops it and lets it come back as a standby that is promoted: the same data on a new timeline, as after a failover. */
  readonly failOver: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

export async function createPrivatePostgres(): Promise<PrivatePostgres> {
  const place = temporaryDirectory();
  let server = await startPostgres({ directory: place.directory, durable: false });
  const { port } = server;
  const data = join(server.directory, 'data');
  const url = await createDatabase(server.url, 'target');
  const postmaster = (): number => Number(readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n')[0]);
  const start = async (): Promise<void> => {
    server = await startPostgres({ directory: place.directory, durable: false, port });
  };
  const stop = async (mode: keyof typeof SIGNALS): Promise<void> => {
    const pid = postmaster();
    process.kill(pid, SIGNALS[mode]);
    await waitFor(() => !isAlive(pid), { what: 'PostgreSQL to end' });
  };
  const query = async <Row extends pg.QueryResultRow>(sql: string, params?: unknown[]): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(sql, params)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    url,
    query,
    postmaster,
    stop,
    start,
    async failOver() {
      await stop('fast');
      writeFileSync(join(data, 'standby.signal'), '');
      await start();
      await query('select pg_promote()');
      await waitFor(
        async () => (await query<{ standby: boolean }>('select pg_is_in_recovery() as standby'))[0]?.standby === false,
        {
          what: 'the promotion',
        },
      );
    },
    async remove() {
      await server.stop();
      await place.remove();
    },
  };
}
