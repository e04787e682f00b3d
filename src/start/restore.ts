import { EngineError } from '../engine/error.js';
import { placeAt } from '../engine/files/place.js';
import { loadGrammar, nodeOf, parseStatements, type Statement } from '../engine/files/statements.js';
import { literal } from '../engine/postgres/quote.js';
import { isServerError } from '../engine/postgres/sqlstate.js';
import { STATE } from '../engine/postgres/states.js';
import { withClient } from '../engine/postgres/with-client.js';
import { dumpParts, type DumpPart, type RowsPart } from './dump-parts.js';

/** A script of pg_dump's, read once and run on several databases. */
export interface Restorable {
  readonly restore: (url: string) => Promise<void>;
  /** That it grants rights to. */
  readonly roles: readonly string[];
  /** Whether rows of tables are in it. */
  readonly rows: boolean;
}

/** One statement, or the rows of a table. */
interface Step {
  readonly sql: string;
  readonly line: number;
  readonly statement?: Statement;
}

/**
 * Reads a script of pg_dump's. Objects come to belong to whoever restores it.
 * @param name of the script, for errors
 * @throws EngineError `SQL_SYNTAX`
 */
export async function readDump(script: string, name: string): Promise<Restorable> {
  await loadGrammar();
  const parts = dumpParts(script);
  const read = parts.flatMap((part) => ('sql' in part ? wanted(part, name) : rowSteps(part)));
  const statements = read.flatMap(({ statement }) => statement ?? []);
  // Triggers and foreign keys see rows that belong together, whatever the order of the script.
  const comesLast = ({ statement }: Step): boolean => statement !== undefined && isLast(statement);
  const steps = [...read.filter((step) => !comesLast(step)), ...read.filter(comesLast)];
  return {
    restore: (url) => restore(url, name, steps),
    roles: [...new Set(statements.flatMap(({ node }) => rolesIn(node)))],
    rows: parts.some((part) => 'rows' in part && part.rows.length > 0) || statements.some(({ node }) => 'InsertStmt' in node),
  };
}

function wanted(part: Extract<DumpPart, { sql: string }>, name: string): Step[] {
  return parseStatements(part.sql, name)
    .filter(isOurs)
    .map((statement) => ({
      statement,
      sql: statement.text,
      line: part.line + placeAt(part.sql, statement.start, name).line - 1,
    }));
}

/** Settings that an older server does not know, owners, the database itself and its comments are left out. */
function isOurs(statement: Statement): boolean {
  const [type, fields] = nodeOf(statement);
  if (type === 'VariableSetStmt') return !/timeout|row_security/.test(String(fields['name']));
  if (type === 'CommentStmt') return fields['objtype'] !== 'OBJECT_EXTENSION' && fields['objtype'] !== 'OBJECT_DATABASE';
  if (type === 'CreateSchemaStmt') return fields['schemaname'] !== 'public';
  return (
    !/^(AlterOwnerStmt|CreatedbStmt|AlterDatabaseStmt|AlterDatabaseSetStmt|DropdbStmt|CreateSubscriptionStmt)$/.test(type) &&
    !isOwner(statement.text)
  );
}

/** ALTER TABLE ... OWNER TO is an AlterTableStmt like any other. */
const isOwner = (text: string): boolean => /^ALTER .* OWNER TO \S+$/i.test(text);

function isLast({ node, text }: Statement): boolean {
  if ('CreateTrigStmt' in node) return true;
  // ENABLE ALWAYS and the like follow the trigger that they name.
  return (
    'AlterTableStmt' in node && /\b(ADD CONSTRAINT .* FOREIGN KEY|(ENABLE|DISABLE)( ALWAYS| REPLICA)? TRIGGER)\b/i.test(text)
  );
}

const ROWS_AT_ONCE = 500;

function rowSteps({ into, rows, line }: RowsPart): Step[] {
  const steps: Step[] = [];
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    const values = rows.slice(at, at + ROWS_AT_ONCE).map((row) => `(${row.map((field) => literal(field)).join(', ')})`);
    steps.push({ sql: `insert into ${into} overriding system value values ${values.join(', ')}`, line: line + 1 + at });
  }
  return steps;
}

/** Every role that a statement names, wherever in it. */
function rolesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(rolesIn);
  if (typeof node !== 'object' || node === null) return [];
  const { roletype, rolename } = node as { roletype?: unknown; rolename?: unknown };
  if (roletype === 'ROLESPEC_CSTRING' && typeof rolename === 'string') return [rolename];
  return Object.values(node).flatMap(rolesIn);
}

async function restore(url: string, name: string, steps: readonly Step[]): Promise<void> {
  await withClient(url, 'pawl:check', async (client) => {
    for (const step of steps) {
      try {
        await client.query(step.sql);
      } catch (error) {
        throw fault(error, name, step);
      }
    }
  });
}

function fault(error: unknown, name: string, { line }: Step): unknown {
  if (!isServerError(error)) return error;
  const { code, message } = error;
  return new EngineError('START_STATE', 'refused', `${name}:${line}: the start state cannot be restored: ${message}`, {
    next: nextStep(code, message),
    sqlstate: code,
    cause: error,
  });
}

function nextStep(code: string, message: string): string {
  if (/extension/.test(message))
    return 'Check on a server that has the extension: name it in PAWL_SCRATCH_DATABASE_URL. Nothing was run.';
  if (code === STATE.insufficientPrivilege) return 'The user of PAWL_SCRATCH_DATABASE_URL lacks a right. Nothing was run.';
  return 'Use a server of the major version that the dump is from (--postgres, or PAWL_SCRATCH_DATABASE_URL). Nothing was run.';
}
