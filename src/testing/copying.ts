import type pg from 'pg';
import { isServerError } from '../engine/postgres/sqlstate.js';

/**
 * The fastest way in which a server copies a database, as the end of CREATE DATABASE. Copying files flushes them, so that it pays only where
 * nothing is flushed; there, from PostgreSQL 18 on, the file system may share the blocks. Before 15 there is no choice.
 * @param probe name for a database to try it with
 */
export async function chooseCopying(client: pg.Client, probe: string): Promise<string> {
  const { rows } = await client.query<{ version: number; fsync: string }>(
    "select current_setting('server_version_num')::int as version, current_setting('fsync') as fsync",
  );
  const { version = 0, fsync } = rows[0] ?? {};
  if (version < 150_000) return '';
  if (fsync !== 'off') return ' strategy wal_log';
  if (version >= 180_000 && (await canClone(client, probe))) await client.query('set file_copy_method = clone');
  return ' strategy file_copy';
}

/** Whether this build knows how, and the file system below can: seen by trying. */
async function canClone(client: pg.Client, probe: string): Promise<boolean> {
  try {
    await client.query('set file_copy_method = clone');
    await client.query(`create database ${probe} template template0 strategy file_copy`);
    await client.query(`drop database ${probe}`);
    return true;
  } catch (error) {
    if (!isServerError(error)) throw error;
    await client.query('reset file_copy_method');
    return false;
  }
}
