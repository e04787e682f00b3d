import { loadGrammar, nodeOf, parseStatements, type Statement } from '../engine/files/statements.js';
import type { DatabaseUrl } from '../engine/address.js';
import { programsMissing } from './programs.js';
import { pgDump } from './run.js';

/** The parts of a schema in the order in which they can be run. */
export interface DumpedSchema {
  /** Extensions, types, functions, tables, views. */
  readonly schema: readonly string[];
  /** Rows of the seed tables. */
  readonly seed: readonly string[];
  /** Keys, indexes, foreign keys, triggers, policies: after the rows, so that neither order nor triggers matter to those. */
  readonly constraints: readonly string[];
}

/**
 * Writes down the schema of a database as statements, each after what it needs: pg_dump knows that order, cycles included.
 * @param leaveOut schemas and tables that are none of the user's, as pg_dump's patterns
 * @param seed tables whose rows are included, quoted
 * @throws EngineError `SQUASH_PROGRAMS`
 */
export async function dumpSchema(
  program: string,
  url: DatabaseUrl,
  leaveOut: { readonly schemas: readonly string[]; readonly tables?: readonly string[] },
  seed: readonly string[] = [],
): Promise<DumpedSchema> {
  await loadGrammar();
  const common = ['--no-owner', '--no-subscriptions', '--no-security-labels'];
  const dump = async (...args: string[]): Promise<string[]> => statementsOf(await run(program, url, [...common, ...args]));
  const without = [
    ...leaveOut.schemas.map((schema) => `--exclude-schema=${schema}`),
    ...(leaveOut.tables ?? []).map((table) => `--exclude-table=*.${table}`),
  ];
  const rows = ['--section=data', '--column-inserts', '--rows-per-insert=500', ...seed.map((table) => `--table=${table}`)];
  return {
    schema: await dump('--section=pre-data', ...without),
    seed: seed.length === 0 ? [] : await dump(...rows),
    constraints: await dump('--section=post-data', ...without),
  };
}

/** Without what is there before the first migration: the platform brings it, and no file makes it. */
export function withoutPlatform(dumped: DumpedSchema, platform: DumpedSchema): DumpedSchema {
  const brought = new Set([...platform.schema, ...platform.constraints].filter((statement) => !/^(SET|SELECT) /.test(statement)));
  const own = (statements: readonly string[]): string[] => statements.filter((statement) => !brought.has(statement));
  return { ...dumped, schema: own(dumped.schema), constraints: own(dumped.constraints) };
}

/** What pg_dump sets for its own reading; what a migration needs of it, the file's head sets. */
const SETTINGS =
  /^(statement_timeout|lock_timeout|idle_in_transaction_session_timeout|transaction_timeout|client_encoding|standard_conforming_strings|check_function_bodies|xmloption|client_min_messages|row_security)$/;

function statementsOf(dump: string): string[] {
  // Since the releases of August 2025 psql's \restrict guards a dump.
  const sql = dump.replace(/^\\(un)?restrict .*$/gm, '');
  return parseStatements(sql, 'pg_dump')
    .filter(isSchema)
    .map(({ text: statement }) => `${statement};`);
}

function isSchema(statement: Statement): boolean {
  const [type, fields] = nodeOf(statement);
  if (type === 'VariableSetStmt') {
    const empty = /= ''$/.test(statement.text);
    const name = String(fields['name']);
    return (
      !SETTINGS.test(name) &&
      !(name === 'default_tablespace' && empty) &&
      !/default_table_access_method = heap$/.test(statement.text)
    );
  }
  // An extension's comment is its own, and only its owner may write it.
  if (type === 'CommentStmt' && fields['objtype'] === 'OBJECT_EXTENSION') return false;
  return !/^SELECT pg_catalog\.set_config\('search_path'/.test(statement.text);
}

async function run(program: string, url: DatabaseUrl, args: readonly string[]): Promise<string> {
  const { out, fault } = await pgDump(program, url, args);
  if (fault !== undefined) throw programsMissing(`pg_dump failed (${fault})`);
  return out;
}
