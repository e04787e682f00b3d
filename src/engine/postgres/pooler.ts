import type pg from 'pg';
import { EngineError } from '../error.js';

/**
 * Session locks and settings do not survive a pooler that changes the backend between transactions.
 * A pooler shows itself by a process id in the start-up message that no backend has; whether it keeps the backend
 * (session mode, which is fine) is seen by letting a second connection take the backend that the first one gave back.
 */
export async function refuseTransactionPooling(client: pg.Client, pid: number, another: () => Promise<pg.Client>): Promise<void> {
  const announced = (client as unknown as { processID: number | null }).processID;
  if (announced === null || announced === pid) return;
  const second = await another();
  try {
    await second.query('begin');
    const taken = await backendPid(second);
    const now = await backendPid(client);
    await second.query('commit');
    if (taken === pid || now !== pid) throw poolerError();
  } finally {
    await second.end();
  }
}

async function backendPid(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  return rows[0]!.pid;
}

function poolerError(): EngineError {
  return new EngineError(
    'CONNECT_POOLER',
    'refused',
    'the connection goes through a pooler in transaction mode, which loses locks and settings',
    {
      next: 'Give the direct address of PostgreSQL (or a pool in session mode) in the connection string. Nothing was run.',
    },
  );
}
