import pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ColumnDef } from '@pgsql/types';
import { alterCommands, columnOf } from '../../../src/check/rules/alter-command.js';
import { workOfTypeChange } from '../../../src/check/rules/type-change.js';
import { readRelations } from '../../../src/check/trace/relations.js';
import { traceMigration } from '../../../src/check/trace/trace-migration.js';
import { loadGrammar } from '../../../src/engine/files/statements.js';
import { migrationOf, withShop } from '../../support/check.js';

beforeAll(loadGrammar);

const TYPES = [
  ...['text', 'varchar', 'varchar(5)', 'varchar(10)', 'char(2)', 'char(4)', 'name', 'order_status', 'email', 'plain', 'short'],
  ...[
    'numeric',
    'numeric(10, 2)',
    'numeric(12, 2)',
    'numeric(12, 4)',
    'smallint',
    'int',
    'bigint',
    'real',
    'float8',
    'money',
    'oid',
    'regclass',
  ],
  ...['timestamp', 'timestamptz', 'timestamp(3)', 'timestamptz(6)', 'timestamptz(2)', 'time', 'time(3)', 'timetz(6)', 'date'],
  ...['interval', 'interval(3)', 'interval day to second', 'bit(3)', 'bit(5)', 'varbit', 'varbit(3)', 'varbit(5)'],
  ...['json', 'jsonb', 'inet', 'cidr', 'text[]', 'varchar(5)[]', 'bytea', 'boolean'],
];

/** Work that the rule expects and work that was measured, heaviest; undefined for a conversion that PostgreSQL does not know. */
async function change(client: pg.Client, from: string, to: string, utc: boolean) {
  await client.query(`drop table if exists t; create table t (c ${from})`);
  const relations = await readRelations(client);
  const { statements, error } = await traceMigration(client, migrationOf(`alter table t alter column c type ${to};`), relations);
  if (error) return undefined;
  const [{ relation, command }] = alterCommands(statements[0]!) as [ReturnType<typeof alterCommands>[0]];
  const expected = workOfTypeChange(relation.columns[0]!, columnOf(command) as ColumnDef, relation, statements[0]!, utc);
  return { expected, measured: statements[0]!.touched.find(({ oid }) => oid === relation.oid)?.work[0] };
}

describe('what a type change does', () => {
  it.each([true, false])('is foretold for every pair of types, in UTC: %s', { timeout: 120_000 }, async (utc) => {
    const wrong: string[] = [];
    let compared = 0;
    await withShop(async (owner, url) => {
      await owner.query('create domain plain as text; create domain short as varchar(5)');
      const client = new pg.Client({ connectionString: url, options: `-c timezone=${utc ? 'UTC' : 'Europe/Vienna'}` });
      await client.connect();
      for (const from of TYPES) {
        for (const to of utc ? TYPES : TYPES.filter((type) => type.startsWith('time'))) {
          const found = await change(client, from, to, utc);
          if (found) compared += 1;
          if (found && found.expected !== found.measured)
            wrong.push(`${from} → ${to}: expected ${found.expected}, measured ${found.measured}`);
        }
      }
      await client.end();
    });
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(utc ? 300 : 30);
  });
});
