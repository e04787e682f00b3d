import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { EngineError } from '../error.js';

/** A pool under traffic gives a transaction back its own session by chance: so many looks make that chance nothing. */
const ROUNDS = 5;
const LOOKS = 4;

/** How a connection reaches the server. */
export type Route = 'direct' | 'session pooler' | 'transaction pooler';

/**
 * A pooler shows itself by a process id in the start-up message that no session of the server has. Whether it keeps the session (session
 * mode, which is fine) is seen by what one transaction sets and later ones read, while another connection holds the session that the first
 * one may have given back: without traffic that one alone is handed out again and again.
 * @param another works on a second connection; it is only asked where there is a pooler
 */
export async function routeOf(
  client: pg.Client,
  pid: number,
  another: <T>(work: (client: pg.Client) => Promise<T>) => Promise<T>,
): Promise<Route> {
  const announced = (client as unknown as { processID: number | null }).processID;
  if (announced === null || announced === pid) return 'direct';
  return another(async (second) => {
    const mark = randomBytes(8).toString('hex');
    await client.query(`select pg_catalog.set_config('pawl.probe', '${mark}', false)`);
    try {
      for (let round = 0; round < ROUNDS; round += 1) {
        if ((await whoWorks(second, 'begin')).pid === pid) return 'transaction pooler';
        for (let look = 0; look < LOOKS; look += 1) {
          const now = await whoWorks(client);
          if (now.pid !== pid || now.mark !== mark) return 'transaction pooler';
        }
        await second.query('rollback');
      }
    } finally {
      await second.query('rollback');
      await client.query('reset pawl.probe');
    }
    return 'session pooler';
  });
}

async function whoWorks(client: pg.Client, before = ''): Promise<{ readonly pid: number; readonly mark: string | null }> {
  if (before !== '') await client.query(before);
  const { rows } = await client.query<{ pid: number; mark: string | null }>(
    `select pg_catalog.pg_backend_pid() as pid, pg_catalog.current_setting('pawl.probe', true) as mark`,
  );
  return rows[0]!;
}

export function refusedPooler(): EngineError {
  return new EngineError(
    'CONNECT_POOLER',
    'refused',
    'the connection goes through a pooler in transaction mode, which loses locks and settings',
    {
      next: 'Give the direct address of PostgreSQL (or a pool in session mode) in the connection string. Nothing was run.',
    },
  );
}
