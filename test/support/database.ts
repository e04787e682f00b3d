import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { createDatabase, dropDatabase } from '../../src/embedded/database.js';

export interface TestDatabase {
  /** Of the superuser; put other roles into it with `new URL`. */
  readonly url: string;
  readonly name: string;
  /** Runs one query (or several statements, without params) on a connection of its own. */
  readonly query: <Row extends pg.QueryResultRow = Record<string, unknown>>(sql: string, params?: unknown[]) => Promise<Row[]>;
  readonly drop: () => Promise<void>;
}

/** A new, empty database on the shared server; `drop` closes what is still connected. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgresUrl');
  const name = `test_${randomBytes(6).toString('hex')}`;
  return databaseAt(await createDatabase(server, name), name, () => dropDatabase(server, name));
}

/** A database that is there already. */
export function databaseAt(url: string, name: string, drop: () => Promise<void>): TestDatabase {
  const query = async <Row extends pg.QueryResultRow>(sql: string, params?: unknown[]): Promise<Row[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Row>(sql, params)).rows;
    } finally {
      await client.end();
    }
  };
  return { url, name, query, drop };
}
