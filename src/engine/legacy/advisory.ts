import type pg from 'pg';
import { crc32 } from 'node:zlib';

/**
 * Tries to take an advisory lock until the end of the transaction. The tools take theirs for the session; both exclude each other.
 * @returns false when somebody else holds it
 */
export async function tryAdvisory(client: pg.Client, key: bigint): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_xact_lock($1::bigint) as locked', [
    key.toString(),
  ]);
  return rows[0]!.locked;
}

/** For the tools that make their key of the database's name: its CRC-32 (IEEE). */
export async function databaseCrc(client: pg.Client): Promise<bigint> {
  const { rows } = await client.query<{ database: string }>('select pg_catalog.current_database() as database');
  return BigInt(crc32(rows[0]!.database));
}
