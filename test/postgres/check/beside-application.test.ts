import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { ROLE } from '../../../bench/corpus/application.js';
import { readCases, readScript } from '../../../bench/corpus/case.js';
import { checkMigrations } from '../../../src/check/check.js';
import { onServer } from '../../../src/embedded/database.js';
import { loadGrammar } from '../../../src/engine/files/statements.js';
import { withSchema } from '../../support/check.js';
import { disagreements } from '../../support/disagreements.js';

/** The corpus whose truth `npm run corpus` measures: here only what check says of it is held. */
const cases = await readCases();
let major: number;

beforeAll(async () => {
  await loadGrammar();
  await onServer(inject('postgresUrl'), async (client) => {
    await client.query(`drop role if exists ${ROLE}; create role ${ROLE}`);
    const { rows } = await client.query<{ number: string }>('show server_version_num');
    major = Math.floor(Number(rows[0]!.number) / 10_000);
  });
});
afterAll(() => onServer(inject('postgresUrl'), (client) => client.query(`drop role ${ROLE}`)));

it('has as many dangerous migrations as safe ones', () => {
  expect(cases.filter(({ harms }) => harms.length > 0)).toHaveLength(60);
  expect(cases.filter(({ harms }) => harms.length === 0)).toHaveLength(60);
});

it.each(cases)('$migration.path', async ({ migration, harms, rules, since }) => {
  // A newer PostgreSQL than this one; npm run corpus runs it on 18.
  if (since > major) return;
  const stages = [{ kind: 'migrate' as const, name: 'schema', migrations: [migration] }];
  const report = await withSchema(readScript('schema'), (_client, url) => checkMigrations({ url, stages }));
  const [checked] = report.migrations;
  const loud = checked!.findings.filter(({ severity }) => severity !== 'notice').map(({ rule }) => rule);
  if (harms.length === 0) expect(loud).toEqual([]);
  else
    expect(
      loud.filter((rule) => rules.includes(rule)),
      `found ${loud.join()}`,
    ).not.toEqual([]);
  if (harms.length === 0) expect(checked!.failure).toBeUndefined();
  expect(disagreements(migration.sql, checked!)).toEqual([]);
});
