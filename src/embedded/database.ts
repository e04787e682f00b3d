import pg from 'pg';
import { identifier } from '../engine/postgres/quote.js';

/** Makes a database on the server of `url`. @returns the url of the new database */
export async function createDatabase(url: string, name: string): Promise<string> {
  await onServer(url, (client) => client.query(`CREATE DATABASE ${identifier(name)}`));
  const made = new URL(url);
  made.pathname = `/${encodeURIComponent(name)}`;
  return made.href;
}

/** Drops a database of the server of `url`, with the connections that are open to it; nothing when there is none. */
export async function dropDatabase(url: string, name: string): Promise<void> {
  await onServer(url, (client) => client.query(`DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE)`));
}

/** Works on a plain connection of its own to a server that is ours. */
export async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
