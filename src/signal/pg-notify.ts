import { open } from '../engine/postgres/open.js';
import type { Telling } from './telling.js';

/** NOTIFY on a channel of the target's database, with the news as JSON. A listener that sees a key twice has seen it. */
export async function notify(channel: string, { key, message, target }: Telling): Promise<string> {
  const client = await open(target.url, 'pawl:notify');
  try {
    await client.query('select pg_catalog.pg_notify($1::text, $2::text)', [channel, JSON.stringify({ ...message, key })]);
  } finally {
    await client.end();
  }
  return `notified ${channel}`;
}
