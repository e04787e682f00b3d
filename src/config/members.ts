import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { EngineError } from '../engine/error.js';
import { parseAddress } from '../engine/postgres/address/parse-address.js';
import { read } from '../engine/postgres/read.js';
import { askCommand, runCommand } from './ask-command.js';
import { ConfigError } from './config-error.js';
import { addressIn } from './database-address.js';
import type { ProcessEnvironment } from './resolve.js';
import type { Fleet } from './schema.js';
import type { Member } from './fill.js';
import { ledgerSchemaOf } from './member-target.js';
import { MEMBER_NAME } from './fleet-shape.js';

/** What a source answers: names, or columns of which one is `name`. */
type Rows = readonly unknown[];

/**
 * The members of a fleet, as its source has them now, in its order.
 * @param root folder of the configuration
 * @throws ConfigError where the source does not answer, or answers what are no members; EngineError `CONNECT_*` of a registry
 */
export async function readMembers(
  name: string,
  fleet: Pick<Fleet, 'members' | 'ledger' | 'schema'>,
  root: string,
  environment: ProcessEnvironment,
): Promise<readonly Member[]> {
  const setting = `fleets.${name}.members`;
  const rows = await readRows(setting, fleet, root, environment).catch((error: unknown) => {
    if (error instanceof ConfigError || error instanceof EngineError) throw error;
    throw unreadable(setting, (error as Error).message);
  });
  const members = rows.map((row, at) => memberOf(setting, row, at));
  const names = new Set<string>();
  for (const member of members) {
    if (names.has(member.name)) throw unreadable(setting, `the name "${member.name}" is there twice`);
    names.add(member.name);
  }
  return members;
}

async function readRows(
  setting: string,
  fleet: Pick<Fleet, 'members' | 'ledger' | 'schema'>,
  root: string,
  environment: ProcessEnvironment,
): Promise<Rows> {
  const { members } = fleet;
  if ('list' in members) return members.list;
  if ('file' in members) return parseRows(await readFile(join(root, members.file), 'utf8'), extname(members.file));
  if ('command' in members) {
    const text = await runCommand(setting, members.command, environment);
    return parseRows(text, text.trimStart().startsWith('[') ? '.json' : '');
  }
  const source = 'query' in members ? members.query : members.schemas;
  const { database } = source;
  const url =
    'env' in database
      ? addressIn(database.env, environment)
      : async () => parseAddress(await askCommand(setting, database.command, environment), environment);
  return read(url, 'pawl:members', async (client) => {
    if ('sql' in source) {
      await client.query('set local search_path to default');
      return (await client.query<Record<string, unknown>>(source.sql)).rows;
    }
    const { rows } = await client.query<{ name: string }>(
      `select nspname::pg_catalog.text as name from pg_catalog.pg_namespace where nspname operator(pg_catalog.~~) $1 order by nspname`,
      [source.like],
    );
    const ledgers = new Set(rows.map(({ name }) => ledgerSchemaOf(fleet, { name, values: { name } })));
    return rows.filter(({ name }) => !ledgers.has(name));
  });
}

/** Lists of names, CSV with a line of titles, JSON or YAML. */
function parseRows(text: string, extension: string): Rows {
  if (['.json', '.yaml', '.yml'].includes(extension)) {
    const rows = parseYaml(text) as unknown;
    if (!Array.isArray(rows)) throw new Error('expected a list');
    return rows;
  }
  if (extension === '.csv') return parseCsv(text, { columns: true, skip_empty_lines: true, trim: true, bom: true });
  return text.split(/\r?\n/).flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
}

function memberOf(setting: string, row: unknown, at: number): Member {
  const columns = typeof row === 'object' && row !== null ? Object.entries(row) : [['name', row] as const];
  const values = Object.fromEntries(
    columns.flatMap(([column, value]) => (value === null || value === undefined ? [] : [[column, textOf(value)]])),
  );
  const name = values['name'];
  if (name !== undefined && MEMBER_NAME.test(name)) return { name, values };
  throw unreadable(
    setting,
    name === undefined
      ? `member ${at + 1} has no column "name"`
      : `member ${at + 1}: expected a name of letters, digits, _ . - (up to 100), found "${name.slice(0, 120)}"`,
  );
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value instanceof Date ? value.toISOString() : JSON.stringify(value);
}

function unreadable(setting: string, message: string): ConfigError {
  return new ConfigError(
    'the members of the fleet cannot be told; nothing was touched',
    [{ path: setting, message }],
    'Correct the source of the members; `pawl fleet members` shows what it gives.',
  );
}
