import type pg from 'pg';

/** Milliseconds for a polite end; a server that was cut off never answers it, and TCP would wait for a quarter of an hour. */
const PATIENCE = 2_000;

/** Ends a connection. One whose server no longer answers is dropped. */
export async function closeClient(client: pg.Client): Promise<void> {
  const disarm = dropAfter(client, PATIENCE);
  try {
    await client.end();
  } finally {
    disarm();
  }
}

/**
 * Drops a connection unless the returned function is called in time: what waits on it fails then as with any lost connection.
 * @param milliseconds until then
 */
export function dropAfter(client: pg.Client, milliseconds: number): () => void {
  const timer = setTimeout(() => drop(client), milliseconds);
  timer.unref();
  return () => clearTimeout(timer);
}

export function drop(client: pg.Client): void {
  client.connection.stream.destroy(new Error('Connection terminated: the server does not answer'));
}
