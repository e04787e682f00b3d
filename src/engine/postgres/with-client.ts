import type pg from 'pg';
import { closeClient } from './close.js';
import { open } from './connect.js';

/** Works on a connection of its own. @throws EngineError `CONNECT_*` */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await open(url, 'pawl:check');
  try {
    return await work(client);
  } finally {
    await closeClient(client);
  }
}
