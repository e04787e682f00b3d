import type pg from 'pg';
import { closeClient } from './close.js';
import type { DatabaseUrl } from '../address.js';
import { open } from './open.js';

/** Works on a connection of its own. @param application its name in pg_stat_activity @throws EngineError `CONNECT_*` */
export async function withClient<T>(url: DatabaseUrl, application: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await open(url, application);
  try {
    return await work(client);
  } finally {
    await closeClient(client);
  }
}
