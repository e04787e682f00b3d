import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import pg from 'pg';
import { checksum } from '../../src/engine/files/checksum.js';
import type { Migration } from '../../src/engine/files/migration.js';
import { createTestDatabase } from './database.js';

export const FIXTURES = join(import.meta.dirname, '../fixtures/check');

/** A migration of this text; `-- pawl:` directives count. */
export function migrationOf(sql: string, path = 'migrations/0001_test.sql'): Migration {
  const directives = [...sql.matchAll(/^\s*--\s*pawl:(\S+)[ \t]*(.*)$/gm)].map((match) => ({
    name: match[1]!,
    argument: match[2]!.trim(),
    line: sql.slice(0, match.index).split('\n').length,
  }));
  return {
    version: /^\d+/.exec(basename(path))?.[0] ?? '1',
    name: basename(path),
    path,
    sql,
    checksum: checksum(sql),
    transaction: directives.some(({ name }) => name === 'no-transaction') ? 'none' : 'auto',
    directives,
  };
}

/** Runs `work` on a database with the schema of the fixtures, on a connection of its own. */
export async function withShop<T>(work: (client: pg.Client, url: string) => Promise<T>): Promise<T> {
  return withSchema(readFileSync(join(FIXTURES, 'schema.sql'), 'utf8'), work);
}

/** The same with another schema. */
export async function withSchema<T>(schema: string, work: (client: pg.Client, url: string) => Promise<T>): Promise<T> {
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    await client.query(schema);
    return await work(client, database.url);
  } finally {
    await client.end();
    await database.drop();
  }
}
