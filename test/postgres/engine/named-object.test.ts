import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type pg from 'pg';
import { onlineStatement } from '../../../src/engine/apply/online/classify.js';
import { loadGrammar, parseStatements } from '../../../src/engine/files/statements.js';
import type { Session } from '../../../src/engine/postgres/connect.js';
import { open } from '../../../src/engine/postgres/open.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  await loadGrammar();
  database = await createTestDatabase();
  client = await open(database.url, 'named-object');
  await client.query('set allow_in_place_tablespaces = on');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

const name = `whole_${randomBytes(4).toString('hex')}`;

/** What an attempt finds in the catalog, as the first one and as one after it. */
async function found(sql: string): Promise<string[]> {
  const online = onlineStatement(parseStatements(sql, '1.sql')[0]!, undefined)!;
  const session = { client } as Session;
  return [await online.probe(session, {}, false), await online.probe(session, {}, true)];
}

it.each([
  [`create database ${name}`, `drop database ${name}`],
  [`create tablespace ${name} location ''`, `drop tablespace ${name}`],
  [
    `create subscription ${name} connection 'dbname=x' publication p with (connect = false, slot_name = none)`,
    `drop subscription ${name}`,
  ],
])('%s: an attempt whose answer was lost is known by what stands in the catalog', async (create, drop) => {
  expect(await found(create)).toEqual(['absent', 'absent']);
  await client.query(create);
  expect(await found(create)).toEqual(['absent', 'done']);
  expect(await found(drop)).toEqual(['absent', 'absent']);
  await client.query(drop);
  expect(await found(drop)).toEqual(['absent', 'done']);
});
