import type pg from 'pg';
import { identifier, literal } from '../engine/postgres/quote.js';
import { isServerError } from '../engine/postgres/sqlstate.js';
import { STATE } from '../engine/postgres/states.js';
import { onServer } from './database.js';

/** By name; others on the server are none of ours. */
export interface ScratchRoles {
  /** Made before the work where they are missing; they cannot log in. */
  readonly needed: readonly string[];
  /** That the work may make. */
  readonly made: readonly string[];
}

/**
 * Makes the roles that are needed, does the work on a throwaway database, and drops it with those that were not there before. A note on the
 * database tells a later run which ones those are.
 */
export async function withRoles<T>(
  url: string,
  roles: ScratchRoles,
  database: { readonly name: string; readonly drop: () => Promise<void> },
  work: () => Promise<T>,
): Promise<T> {
  const ours = await makeRoles(url, roles, database.name);
  try {
    return await work();
  } finally {
    await database.drop();
    await onServer(url, (client) => dropRoles(client, ours));
  }
}

/** Makes the roles that are needed, and notes on the database which ones were not there before. @returns those */
export async function makeRoles(url: string, { needed, made }: ScratchRoles, database: string): Promise<string[]> {
  return onServer(url, async (client) => {
    const there = await readRoles(client);
    const missing = [...new Set([...needed, ...made])].filter((role) => !there.includes(role));
    const note = literal(JSON.stringify(missing));
    if (missing.length > 0) await client.query(`comment on database ${identifier(database)} is ${note}`);
    for (const role of missing.filter((name) => needed.includes(name)))
      await client.query(`create role ${identifier(role)} nologin`);
    return missing;
  });
}

/** One that is in use elsewhere stays. */
export async function dropRoles(client: pg.Client, roles: readonly string[]): Promise<void> {
  for (const role of roles) {
    await client.query(`drop role if exists ${identifier(role)}`).catch((error: unknown) => {
      if (!isServerError(error) || error.code !== STATE.dependentObjectsStillExist) throw error;
    });
  }
}

/** On a server that only throwaway databases use: every role that is not the server's own. */
export async function dropAllRoles(url: string): Promise<void> {
  await onServer(url, async (client) => {
    // Objects below this number were made by initdb: FirstNormalObjectId.
    const { rows } = await client.query<{ name: string }>('select rolname as name from pg_roles where oid >= 16384');
    await dropRoles(
      client,
      rows.map(({ name }) => name),
    );
  });
}

async function readRoles(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>('select rolname as name from pg_roles');
  return rows.map(({ name }) => name);
}
