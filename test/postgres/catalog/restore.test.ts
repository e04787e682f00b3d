import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDatabase, startPostgres, type EmbeddedPostgres } from '../../../src/embedded/postgres.js';
import { diffDatabases, readDatabase } from '../../../src/catalog/diff.js';
import { temporaryDirectory } from '../../support/directory.js';
import { requireProgram } from '../../support/program.js';
import { DIFFICULT_SCHEMA } from './difficult-schema.js';

// pg_dump does not come with the embedded server, and refuses a server newer than itself: here the system's own serves.
const DEBIAN = '/usr/lib/postgresql';
const newest = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a))[0] : undefined;
const bin = newest === undefined ? dirname(requireProgram('pg_dump')) : join(DEBIAN, newest, 'bin');
const place = temporaryDirectory();
let server: EmbeddedPostgres;

beforeAll(async () => {
  server = await startPostgres({ directory: place.directory, durable: false, bin });
});
afterAll(async () => {
  await server.stop();
  await place.remove();
});

async function databaseWith(name: string, sql: string): Promise<string> {
  const url = await createDatabase(server.url, name);
  const client = new pg.Client(url);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
  return url;
}

test('a dump and restore of a difficult schema is no difference, and neither is the schema itself', async () => {
  const original = await databaseWith('original', DIFFICULT_SCHEMA);
  const restored = await createDatabase(server.url, 'restored');
  const dump = execFileSync(join(bin, 'pg_dump'), [original], { encoding: 'utf8' });
  const load = spawnSync(join(bin, 'psql'), ['-qX', '-v', 'ON_ERROR_STOP=1', restored], { input: dump, encoding: 'utf8' });
  expect(load.stderr).not.toMatch(/ERROR|FATAL/);
  expect(load.status).toBe(0);

  const catalog = await readDatabase(original);
  expect(new Set(catalog.objects.map(({ kind }) => kind)).size).toBeGreaterThan(30);
  expect(await diffDatabases(original, original)).toEqual([]);
  expect(await diffDatabases(original, restored)).toEqual([]);
});

test('extensions, trackers and the ledger are left out, and what is asked for', async () => {
  const url = await databaseWith('scope', DIFFICULT_SCHEMA);
  const identities = async (options = {}): Promise<string[]> =>
    (await readDatabase(url, options)).objects.map(({ identity }) => identity);
  const all = await identities();
  expect(all.filter((identity) => /citext\(|gist_|pawl|migration|Sequelize|postgres_fdw_/.test(identity))).toEqual([]);
  expect(all).toContain('citext');
  expect(all).toContain('"S.chema ""ü"""."Kunde.n"."E.mail"');
  const fewer = await identities({ ignoreTables: ['"S.chema ""ü"""."Kunde.n"', 'child'], ledgerSchema: 'ledger' });
  expect(fewer.filter((identity) => /Kunde\.n"($| |\.)|\bchild\b/.test(identity))).toEqual([]);
  expect(fewer).toContain('pawl.applied_migrations');
  const none = await readDatabase(url, { ignoreSchemas: ['S.chema "ü"'] });
  expect(
    none.objects
      .filter(({ identity }) => identity.includes('S.chema') && !identity.startsWith('on '))
      .map(({ kind, identity }) => `${kind} ${identity}`),
  ).toEqual([]);
});
