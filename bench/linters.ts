import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDatabase, dropDatabase, onServer } from '../src/embedded/database.js';
import { discoverMigrations } from '../src/engine/files/discover.js';
import type { Migration } from '../src/engine/files/migration.js';
import { eugeneLint, eugeneTrace } from './linters/eugene.js';
import type { Linter, Lint } from './linters/linter.js';
import { pawl } from './linters/pawl.js';
import { squawk } from './linters/squawk.js';
import type { Servers } from './servers.js';
import { table } from './timing.js';

const FIXTURES = join(import.meta.dirname, '../test/fixtures/check');

/**
 * Deliberately dangerous migrations and safe look-alikes: who names the dangerous ones, and who cries wolf. The corpus is ours, so that
 * our own figure says only that nothing in it is lost; what others miss and mistake is what it shows.
 */
export async function linters({ postgres: { url } }: Servers): Promise<string> {
  const [dangerous, safe] = [await corpus('dangerous'), await corpus('safe')];
  const template = await createDatabase(url, 'linters');
  await onServer(template, (client) => client.query(readFileSync(join(FIXTURES, 'schema.sql'), 'utf8')));
  const rows: (string | number)[][] = [];
  const notes: string[] = [];
  for (const linter of [pawl, squawk, eugeneLint, eugeneTrace]) {
    const lint = await linter.install().catch((error: unknown) => {
      notes.push(`${linter.name} does not install here: ${(error as Error).message.split('\n')[0]}`);
    });
    if (!lint) continue;
    const caught = await alarms(url, lint, dangerous);
    const wolf = await alarms(url, lint, safe);
    rows.push([linter.name, ...figures(caught, wolf, [])]);
    if (linter.style.length > 0)
      rows.push([`${linter.name}, without rules of style and settings`, ...figures(caught, wolf, linter.style)]);
    notes.push(...mistakes(linter, caught, wolf));
  }
  await dropDatabase(url, 'linters');
  const titles = ['', `caught of ${dangerous.length} dangerous`, 'missed', `false alarms at ${safe.length} safe`];
  return [`## Linters\n\n${table(titles, rows)}`, ...notes].join('\n\n');
}

/** Files that allow a finding in our words are left out: others cannot read them. */
async function corpus(directory: string): Promise<Migration[]> {
  const { migrations } = await discoverMigrations({ directory }, FIXTURES);
  return migrations.filter(({ directives }) => !directives.some(({ name }) => name === 'allow'));
}

interface Alarm {
  readonly name: string;
  readonly rules: readonly string[];
}

async function alarms(server: string, lint: Lint, migrations: readonly Migration[]): Promise<Alarm[]> {
  const found: Alarm[] = [];
  for (const migration of migrations) {
    await onServer(server, (client) => client.query('create database linted template linters'));
    const url = new URL(server);
    url.pathname = '/linted';
    const path = join(FIXTURES, migration.path);
    // A linter that gives up on a file has at least said that something is wrong with it.
    const said = await lint({ migration, path, url: url.href }).catch(() => [{ rule: 'failed' }]);
    found.push({ name: migration.name, rules: [...new Set(said.map(({ rule }) => rule))].sort() });
    await dropDatabase(server, 'linted');
  }
  return found;
}

const without = ({ rules }: Alarm, style: readonly string[]) => rules.filter((rule) => !style.includes(rule));

function figures(caught: readonly Alarm[], wolf: readonly Alarm[], style: readonly string[]): number[] {
  const loud = (found: readonly Alarm[]) => found.filter((alarm) => without(alarm, style).length > 0).length;
  return [loud(caught), caught.length - loud(caught), loud(wolf)];
}

function mistakes({ name, style }: Linter, caught: readonly Alarm[], wolf: readonly Alarm[]): string[] {
  const missed = caught.filter((alarm) => without(alarm, style).length === 0).map((alarm) => alarm.name);
  const cried = wolf.filter((alarm) => without(alarm, style).length > 0);
  return [
    ...(missed.length > 0 ? [`${name} misses: ${missed.join(', ')}`] : []),
    ...(cried.length > 0
      ? [`${name} cries wolf: ${cried.map((alarm) => `${alarm.name} (${without(alarm, style).join(', ')})`).join(', ')}`]
      : []),
  ];
}
