import { EngineError } from '../error.js';
import { fileText, type Migration } from './migration.js';
import { blank } from './section.js';
import { loadGrammar, nodeOf, parseStatements, type Statement } from './statements.js';

const WORD = /\b(begin|start\s+transaction|commit|end)\b/i;
const KINDS: Record<string, string> = { TRANS_STMT_BEGIN: 'begin', TRANS_STMT_START: 'begin', TRANS_STMT_COMMIT: 'commit' };

/**
 * Takes pairs of BEGIN and COMMIT out of what runs, and a COMMIT that ends a file without BEGIN, which psql only warns of: the transaction
 * is Pawl's, holds the whole file, and its row too. Files that control transactions in any other way (ROLLBACK, COMMIT in their midst) are
 * left as they are, and are refused later with the place.
 */
export async function takeOutTransactions(migrations: readonly Migration[]): Promise<Migration[]> {
  if (migrations.some(({ sql, down }) => WORD.test(sql) || WORD.test(down?.sql ?? ''))) await loadGrammar();
  return migrations.map((migration) => {
    const sql = withoutPairs(migration.sql, migration.path);
    const down = migration.down && { ...migration.down, sql: withoutPairs(migration.down.sql, migration.down.path) };
    return sql === migration.sql ? { ...migration, down } : { ...migration, sql, text: fileText(migration), down };
  });
}

function withoutPairs(sql: string, path: string): string {
  if (!WORD.test(sql)) return sql;
  const statements = parsed(sql, path);
  const controls = statements.flatMap((statement) => {
    const [type, { kind, chain }] = nodeOf(statement);
    return type === 'TransactionStmt' ? [{ statement, kind: chain ? 'chain' : KINDS[String(kind)] }] : [];
  });
  const [only] = controls;
  const ending = controls.length === 1 && only?.kind === 'commit' && only.statement === statements.at(-1);
  const paired = controls.length % 2 === 0 && controls.every(({ kind }, n) => kind === (n % 2 === 0 ? 'begin' : 'commit'));
  if (!paired && !ending) return sql;
  return controls.reduce(
    (text, { statement: { start, end } }) => text.slice(0, start) + blank(text.slice(start, end)) + text.slice(end),
    sql,
  );
}

/** A script that does not parse is refused with the place by whoever inspects it. */
function parsed(sql: string, path: string): readonly Statement[] {
  try {
    return parseStatements(sql, path);
  } catch (error) {
    if (error instanceof EngineError) return [];
    throw error;
  }
}
