import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Before } from '../config/schema.js';
import type { ScratchLike } from '../embedded/scratch.js';
import { EngineError } from '../engine/error.js';
import { identifier } from '../engine/postgres/quote.js';
import { isServerError } from '../engine/postgres/sqlstate.js';
import { withClient } from '../engine/postgres/with-client.js';
import { SUPABASE_ROLES, SUPABASE_SQL } from './supabase.js';

/** A piece of what is put into a database, and what a person calls it. */
interface Part {
  readonly name: string;
  readonly sql: string;
}

/**
 * What the platform brings before the first migration, for throwaway databases: roles, schemas, extensions, and SQL of the user's.
 * @param before as the configuration has it; nothing where it is undefined
 * @param root folder of the configuration
 * @param database name of the real one
 */
export function likeThePlatform(before: Before | undefined, root: string, database?: string): ScratchLike {
  const isSupabase = before?.platform === 'supabase';
  return {
    database,
    roles: [...(isSupabase ? SUPABASE_ROLES : []), ...(before?.roles ?? [])],
    async prepare(url) {
      if (before === undefined) return;
      const parts = [...(isSupabase ? [{ name: 'before.platform', sql: SUPABASE_SQL }] : []), ...named(before)];
      for (const file of before.sql) parts.push({ name: file, sql: await textOf(join(root, file), file) });
      await withClient(url, 'pawl:check', async (client) => {
        for (const { name, sql } of parts) {
          await client.query(sql).catch((error: unknown) => {
            throw isServerError(error) ? fault(name, error.message, error.code) : error;
          });
        }
      });
    },
  };
}

function named({ schemas, extensions }: Before): Part[] {
  return [
    ...schemas.map((schema) => ({ name: 'before.schemas', sql: `create schema if not exists ${identifier(schema)}` })),
    ...extensions.map((extension) => {
      const { name, schema } = typeof extension === 'string' ? { name: extension } : extension;
      const place = schema === undefined ? '' : ` schema ${identifier(schema)}`;
      const made = schema === undefined ? '' : `create schema if not exists ${identifier(schema)}; `;
      return { name: 'before.extensions', sql: `${made}create extension if not exists ${identifier(name)}${place} cascade` };
    }),
  ];
}

async function textOf(path: string, shown: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fault(shown, `it cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function fault(name: string, message: string, sqlstate?: string): EngineError {
  return new EngineError('START_STATE', 'refused', `${name}: a throwaway database cannot be prepared: ${message}`, {
    next: /extension/.test(message)
      ? 'Install the extension on the server that is used, or name a server that has it: PAWL_SCRATCH_DATABASE_URL. Nothing was run.'
      : 'Correct `before` in the configuration. Nothing was run.',
    sqlstate,
  });
}
