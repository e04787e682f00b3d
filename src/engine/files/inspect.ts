import { EngineError } from '../error.js';
import { backfillOf } from './backfill/backfill.js';
import { copyDataBehind } from './copy-data.js';
import { fileText, type Migration } from './migration.js';
import { readStatements } from './read-statements.js';
import { nodeOf, parseStatements, type Statement } from './statements.js';
import { writtenExcerpt, writtenPlace } from './written.js';

/** What a TransactionStmt's kind is written as. */
const WORDS: Record<string, string> = {
  TRANS_STMT_BEGIN: 'BEGIN',
  TRANS_STMT_START: 'START TRANSACTION',
  TRANS_STMT_COMMIT: 'COMMIT',
  TRANS_STMT_ROLLBACK: 'ROLLBACK',
  TRANS_STMT_PREPARE: 'PREPARE TRANSACTION',
  TRANS_STMT_COMMIT_PREPARED: 'COMMIT PREPARED',
  TRANS_STMT_ROLLBACK_PREPARED: 'ROLLBACK PREPARED',
};

/**
 * Parses a migration and finds what would break the promise of one transaction with its row, before anything runs:
 * COMMIT and its kin (savepoints are fine), and statements that drop our lock.
 * @throws EngineError `FILES_PLACEHOLDER`, `SQL_SYNTAX`, `SQL_PSQL_COMMAND`, `SQL_TRANSACTION_CONTROL`, `SQL_SESSION_BREAKING`,
 * and as {@link backfillOf}
 */
export function inspectMigration(migration: Migration): readonly Statement[] {
  refuseOpenPlaceholder(migration);
  return inspected(migration, parseStatements(migration.sql, migration.path, fileText(migration)));
}

/**
 * The same without holding the thread for a large file.
 * @param signal ends the waiting
 */
export async function readMigration(migration: Migration, signal?: AbortSignal): Promise<readonly Statement[]> {
  refuseOpenPlaceholder(migration);
  return inspected(migration, await readStatements(migration.sql, migration.path, { written: fileText(migration), signal }));
}

function inspected(migration: Migration, statements: readonly Statement[]): readonly Statement[] {
  backfillOf(migration, statements);
  for (const statement of statements) {
    const control = transactionControl(statement);
    if (control) {
      throw refusal('SQL_TRANSACTION_CONTROL', migration, statement, `${control} in a migration`, {
        next: `Remove ${control}: Pawl commits each migration together with its row in the ledger, in one transaction of its own. \`unwrap: true\` of the stage takes out pairs of BEGIN and COMMIT, and a COMMIT at the end; what is still refused then has to be removed by hand.`,
      });
    }
    if (wantsData(statement) && !copyDataBehind(migration, statement)) {
      throw refusal('SQL_COPY_WITHOUT_DATA', migration, statement, 'COPY FROM stdin has no data in the file', {
        next: 'Put the rows behind it, on lines of their own, and `\\\\.` on the line after the last of them, as pg_dump does; or write INSERT.',
      });
    }
    const reading = changesReading(statement);
    if (reading) {
      throw refusal(
        'SQL_SESSION_BREAKING',
        migration,
        statement,
        `a change of ${reading} would let the server read another script than the one that was inspected`,
        {
          next: `Remove it: sessions of Pawl have standard_conforming_strings = on and client_encoding = UTF8, which the file may repeat.`,
        },
      );
    }
    const breaks = breaksSession(statement);
    if (breaks) {
      throw refusal('SQL_SESSION_BREAKING', migration, statement, `${breaks} would take away the lock of the deploy`, {
        next: `Remove ${breaks} from the migration.`,
      });
    }
  }
  return statements;
}

/** Found before anything runs or is parsed (`:NAME` is no SQL), and only where the file is to run: who starts a deploy needs no values. */
function refuseOpenPlaceholder({ open, ...migration }: Migration): void {
  if (!open) return;
  const place = writtenPlace(migration, open.offset);
  throw new EngineError(
    'FILES_PLACEHOLDER',
    'refused',
    `${place.file}:${place.line}: placeholder ${open.name} has no value here`,
    {
      next: `Set the environment variable that \`placeholders\` of the configuration names for ${open.name}, for the worker and for whoever plans and checks.`,
      place,
      excerpt: writtenExcerpt(migration, place),
      version: migration.version,
    },
  );
}

/** Settings by which strings and characters are read, with the one value that is inspected for. */
const READING: Readonly<Record<string, RegExp>> = {
  standard_conforming_strings: /^(on|true|yes|1|t|y)$/i,
  client_encoding: /^(utf-?8|unicode)$/i,
  backslash_quote: /^(off|false|no|0|safe_encoding)$/i,
};

/** The setting by which the server would read what follows in another way than the grammar did. */
function changesReading(statement: Statement): string | undefined {
  const { type, text } = statement;
  if (type === 'VariableSetStmt') {
    const fields = nodeOf(statement)[1] as { name?: string; args?: { A_Const?: { sval?: { sval?: string } } }[] };
    const name = fields.name?.toLowerCase() ?? '';
    const value = fields.args?.[0]?.A_Const?.sval?.sval ?? '';
    return Object.hasOwn(READING, name) && !READING[name]!.test(value) ? name : undefined;
  }
  if (type !== 'SelectStmt' && type !== 'DoStmt') return undefined;
  const [, name = '', value = ''] =
    /\bset_config\s*\(\s*'(standard_conforming_strings|client_encoding|backslash_quote)'\s*,\s*'?([\w-]*)/i.exec(text) ?? [];
  return name !== '' && !READING[name.toLowerCase()]!.test(value) ? name.toLowerCase() : undefined;
}

/** One of the client's data: neither of a file of the server's nor of a program. */
function wantsData(statement: Statement): boolean {
  if (statement.type !== 'CopyStmt') return false;
  const fields = nodeOf(statement)[1];
  return fields['is_from'] === true && fields['filename'] === undefined;
}

function transactionControl(statement: Statement): string | undefined {
  return statement.type === 'TransactionStmt' ? WORDS[String(nodeOf(statement)[1]['kind'])] : undefined;
}

function breaksSession(statement: Statement): string | undefined {
  const { type } = statement;
  if (type === 'DiscardStmt') return nodeOf(statement)[1]['target'] === 'DISCARD_ALL' ? 'DISCARD ALL' : undefined;
  if (type === 'SelectStmt' || type === 'DoStmt') return /\bpg_advisory_unlock_all\b/i.exec(statement.text)?.[0];
  return undefined;
}

function refusal(
  code: 'SQL_TRANSACTION_CONTROL' | 'SQL_SESSION_BREAKING' | 'SQL_COPY_WITHOUT_DATA',
  migration: Migration,
  statement: Statement,
  what: string,
  { next }: { next: string },
): EngineError {
  const place = writtenPlace(migration, statement.start);
  return new EngineError(code, 'refused', `${migration.path}:${place.line}:${place.column}: ${what}`, {
    next,
    place,
    excerpt: writtenExcerpt(migration, place),
    version: migration.version,
  });
}
