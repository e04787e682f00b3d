import { inspect } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activityFailure } from '../../../src/activities/failure.js';
import type { EngineError } from '../../../src/engine/error.js';
import { createTestDatabase } from '../../support/database.js';
import { deployAll, migration, stageOf, targetOf } from '../../support/engine.js';
import { startGermanPostgres } from '../../support/german-postgres.js';
import { LEAKS, leakTables, secretValues } from '../../support/leaks.js';

const values = secretValues();

interface Place {
  readonly url: string;
  readonly remove: () => Promise<void>;
}

const SERVERS: Record<string, { open: () => Promise<Place>; speaks: RegExp }> = {
  English: {
    open: async () => {
      const database = await createTestDatabase();
      return { url: database.url, remove: database.drop };
    },
    speaks: /invalid input syntax for type integer/,
  },
  German: {
    open: async () => {
      const server = await startGermanPostgres();
      await run(server.url, `alter database german set lc_messages = 'de_DE.UTF-8'`);
      return server;
    },
    speaks: /ungültige Eingabesyntax für Typ integer/,
  },
};

async function run(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe.each(Object.entries(SERVERS))('%s', (_, { open, speaks }) => {
  let place: Place;
  const failures = new Map<string, EngineError>();

  beforeAll(async () => {
    place = await open();
    await run(place.url, leakTables(values));
    for (const [way, sql] of Object.entries(LEAKS)) {
      await deployAll(targetOf(place), [stageOf([migration('1', `-- ${way}\n${sql};`)])]).then(
        () => expect.fail(`${way} does not fail`),
        (error: unknown) => failures.set(way, error as EngineError),
      );
    }
  });
  afterAll(() => place.remove());

  it.each(Object.keys(LEAKS))('no value is told: %s', (way) => {
    const error = failures.get(way)!;
    const { code, message, next, place: at } = error;
    const told = inspect([{ code, message, next, at }, activityFailure(error, true, 1).details], { depth: 9 });
    expect(told).toMatch(/1\.sql/);
    for (const value of Object.values(values)) expect(told).not.toContain(value);
    for (const part of values.quoted.split(/\W+/).filter((word) => word.length > 5)) expect(told).not.toContain(part);
  });

  it('the server does speak so, and what is no value is told', () => {
    expect(failures.get('cast')!.message).toMatch(speaks);
    expect(failures.get('check constraint')!.message).toMatch(/secrets_text_check/);
    expect(failures.get('not null')!.message).toMatch(/"required"|»required«/);
    expect(failures.get('RAISE')!.message).toContain('bad customer …');
  });

  it('nor is one in the ledger', async () => {
    const rows = await run(place.url, 'select row_to_json(e)::text as row from pawl.events e');
    const text = rows.map(({ row }) => row).join('\n');
    expect(rows.length).toBeGreaterThan(Object.keys(LEAKS).length);
    for (const value of Object.values(values)) expect(text).not.toContain(value);
  });
});
