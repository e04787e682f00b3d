import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkMigrations } from '../../../src/check/check.js';
import { FIXTURES, migrationOf, withShop } from '../../support/check.js';
import { disagreements } from '../../support/disagreements.js';

interface Tally {
  files: number;
  expected: number;
  caught: number;
  missed: string[];
  falseAlarms: string[];
}

const tallies = new Map<string, Tally>();

afterAll(() => {
  const rows = [...tallies].map(
    ([folder, { files, expected, caught, missed, falseAlarms }]) =>
      `${folder.padEnd(10)} ${files} files: ${caught} of ${expected} caught, ${missed.length} missed, ${falseAlarms.length} false alarms`,
  );
  process.stdout.write(`\n${rows.join('\n')}\n`);
});

describe.each(['dangerous', 'safe'])('%s migrations', (folder) => {
  const tally: Tally = { files: 0, expected: 0, caught: 0, missed: [], falseAlarms: [] };
  tallies.set(folder, tally);

  it.each(readdirSync(join(FIXTURES, folder)))('%s', async (name) => {
    const sql = readFileSync(join(FIXTURES, folder, name), 'utf8');
    const expected = /^-- expect: (.*)$/m
      .exec(sql)![1]!
      .split(' ')
      .filter((word) => word !== 'nothing');
    const report = await withShop((_client, url) =>
      checkMigrations({
        url,
        stages: [{ kind: 'migrate', name: 'schema', migrations: [migrationOf(sql, `migrations/${name}`)] }],
      }),
    );
    const found = [...new Set(report.migrations[0]!.findings.map(({ rule }) => rule))].sort();
    tally.files += 1;
    tally.expected += expected.length;
    tally.caught += expected.filter((rule) => found.includes(rule)).length;
    tally.missed.push(...expected.filter((rule) => !found.includes(rule)));
    tally.falseAlarms.push(...found.filter((rule) => !expected.includes(rule)));
    expect(found, JSON.stringify(report.migrations[0]!.failure)).toEqual(expected);
    expect(disagreements(sql, report.migrations[0]!)).toEqual([]);
    if (folder === 'safe') expect(report.migrations[0]!.failure).toBeUndefined();
  });
});
