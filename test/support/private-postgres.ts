import { execFileSync } from 'node:child_process';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { createDatabase, startPostgres, type EmbeddedPostgres } from '../../src/embedded/postgres.js';
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
  /** Makes a standby that follows it by the name, from a copy of its data, for which it is stopped for a moment. */
  readonly standby: (name: string) => Promise<PrivatePostgres>;
  readonly promote: () => Promise<void>;
  readonly remove: () => Promise<void>;
}

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' } as const;

export async function createPrivatePostgres(): Promise<PrivatePostgres> {
  const place = temporaryDirectory();
  const server = await startPostgres({ directory: place.directory, durable: false });
  await createDatabase(server.url, 'target');
  return privatePostgres(place, server);
}

function privatePostgres(place: ReturnType<typeof temporaryDirectory>, first: EmbeddedPostgres): PrivatePostgres {
  let server = first;
  const { port } = server;
  const data = join(server.directory, 'data');
  const url = Object.assign(new URL(server.url), { pathname: '/target' }).href;
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
  const promote = async (): Promise<void> => {
    await query('select pg_promote()');
    await waitFor(
      async () => (await query<{ standby: boolean }>('select pg_is_in_recovery() as standby'))[0]?.standby === false,
      { what: 'the promotion' },
    );
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
      await promote();
    },
    async standby(name) {
      const copy = temporaryDirectory();
      await stop('fast');
      execFileSync('cp', ['-a', data, join(copy.directory, 'data')]);
      await start();
      const { username, password, hostname } = new URL(url);
      const primary = `host=${hostname} port=${port} user=${username} password=${password} application_name=${name}`;
      writeFileSync(join(copy.directory, 'data/standby.signal'), '');
      appendFileSync(join(copy.directory, 'data/postgresql.auto.conf'), `primary_conninfo = '${primary}'\n`);
      return privatePostgres(copy, await startPostgres({ directory: copy.directory, durable: false }));
    },
    promote,
    async remove() {
      await server.stop();
      await place.remove();
    },
  };
}
