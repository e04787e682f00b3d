import { identifier, qualified } from '../../postgres/quote.js';
import { EngineError, type Place } from '../../error.js';
import type { Migration } from '../migration.js';
import { relationName, type RangeVar } from '../relation.js';
import { nodeOf, type Statement } from '../statements.js';
import { writtenExcerpt, writtenPlace } from '../written.js';
import { clausesOf, type Clauses } from './clauses.js';
import { EXPECTED, readBackfillDirective, type BackfillDirective } from './directive.js';
import { isOnlyNarrowed, parsed, withRange, type Ranged } from './ranged.js';
import { sourceOf, type Source } from './source.js';
import { unfit, type Unfit } from './unfit.js';

/** A statement of a file that runs in batches, along a key of one of its tables. */
export interface Backfill {
  readonly directive: BackfillDirective;
  readonly statement: Statement;
  readonly source: Source;
  /** The table as SQL, as the statement names it. */
  readonly table: string;
  /** The table that it changes, as SQL; of an INSERT another one. */
  readonly changed: string;
  /** A column of the table, by the name that the statement has for it. */
  readonly column: (name: string) => string;
  /** The statement for the rows of a range, which is a condition on the key. */
  readonly ranged: (range: string) => Ranged;
  /**
   * SELECT of some expressions for each row that the condition of the statement still matches, within a range; undefined where
   * its changes do not show in its condition.
   */
  readonly remaining: ((expressions: string, range?: string) => string) | undefined;
  /** A query that answers true once everything is done. */
  readonly verify: string | undefined;
}

/**
 * The backfill that a file asks for; undefined for one that asks for none.
 * @throws EngineError `FILES_DIRECTIVE`, `BACKFILL_UNFIT`, with place, reason and what to write instead
 */
export function backfillOf(migration: Migration, statements: readonly Statement[]): Backfill | undefined {
  const asked = migration.directives.filter(({ name }) => name === 'backfill');
  const [first, second] = asked;
  const verify = verifyOf(migration);
  if (!first && verify) throw refused(migration, placeOfLine(migration, verify.line), NOTHING_TO_VERIFY);
  if (!first) return undefined;
  const directive = readBackfillDirective(first);
  if (!directive || second) throw malformed(migration, (second ?? first).line, second !== undefined);
  const [statement, another] = statements.filter(({ type }) => type !== 'VariableSetStmt');
  if (!statement) throw refused(migration, placeOfLine(migration, first.line), NO_STATEMENT);
  const refuse = (reason: Unfit, at = statement): EngineError => refused(migration, writtenPlace(migration, at.start), reason);
  if (another) throw refuse(SEVERAL, another);
  const reason = unfit(statement, directive);
  if (reason) throw refuse(reason);
  const source = sourceOf(statement, directive) as Source;
  const clauses = clausesOf(statement);
  const column = (name: string): string => qualified(source.alias, name);
  const probe = `${column(directive.key[0]!)} operator(pg_catalog.>) '1'`;
  if (!isOnlyNarrowed(statement, clauses, probe)) throw refuse(OPAQUE);
  return {
    directive,
    statement,
    source,
    table: source.schema === undefined ? identifier(source.table) : qualified(source.schema, source.table),
    changed: relationName(nodeOf(statement)[1]['relation'] as RangeVar),
    column,
    ranged: (range) => withRange(statement.text, clauses, range),
    remaining: remainingOf(statement, clauses),
    verify: verify?.query,
  };
}

/** @throws EngineError `FILES_DIRECTIVE` where it is not one query */
function verifyOf(migration: Migration): { query: string; line: number } | undefined {
  const [first, second] = migration.directives.filter(({ name }) => name === 'verify');
  if (!first) return undefined;
  const isQuery = parsed(first.argument)?.type === 'SelectStmt';
  if (!isQuery || second)
    throw wrong(
      migration,
      (second ?? first).line,
      second ? 'a backfill has one query to verify it' : 'this is not one query',
      VERIFY,
    );
  return { query: first.argument, line: first.line };
}

const VERIFY =
  '-- pawl:verify <query that answers true>, such as select not exists (select from users where email_lower is null)';
const NOTHING_TO_VERIFY: Unfit = {
  what: 'pawl:verify proves a backfill, and the file has none',
  next: 'Write -- pawl:backfill <table> by <key> above its statement, or make the query an assertion.',
};
const NO_STATEMENT: Unfit = { what: 'the file has no statement to run in batches', next: 'Write one below the directive.' };
const SEVERAL: Unfit = {
  what: 'a file with a backfill has one statement, and settings (SET) before it',
  next: 'Move the other statements into migrations of their own, before or after this one.',
};
const OPAQUE: Unfit = {
  what: 'the range of a batch cannot be put into this statement',
  next: 'Write its SELECT without parentheses around it, or run it without the directive.',
};

/** What a condition may depend on that goes on without anybody's doing. */
const TIME =
  /\b(?:now|clock_timestamp|statement_timestamp|transaction_timestamp|timeofday|age|random|nextval|current_date|current_time|current_timestamp|localtime|localtimestamp)\b/i;

/** Whether a row is still to be done is asked by the condition itself, where only the change of the row can have answered it. */
function remainingOf(statement: Statement, { verb, set, sources, where, end }: Clauses): Backfill['remaining'] {
  const { text, type } = statement;
  if (!where || type === 'InsertStmt' || TIME.test(text.slice(where.end, end))) return undefined;
  const beforeWhere = text.slice(sources?.end ?? where.start, where.start);
  const others = sources ? `, ${beforeWhere}` : '';
  const targetEnd = type === 'UpdateStmt' ? set!.start : (sources ?? where).start;
  const target = text.slice(verb.end, targetEnd).replace(type === 'DeleteStmt' ? /^\s*from\b/i : '', '');
  const query = (expressions: string, range?: string): string =>
    `${text.slice(0, verb.start)}select ${expressions} from ${target}\n${others}\nwhere ${range ? `(${range}) and ` : ''}(${text.slice(where.end, end)}\n)`;
  const known = parsed(query('1'));
  return known ? query : undefined;
}

function malformed(migration: Migration, line: number, twice: boolean): EngineError {
  return wrong(migration, line, twice ? 'a file has one backfill' : 'this is not how a backfill is written', EXPECTED);
}

function wrong(migration: Migration, line: number, what: string, expected: string): EngineError {
  return new EngineError('FILES_DIRECTIVE', 'refused', `${migration.path}:${line}: ${what}`, {
    next: `Expected: ${expected}.`,
    place: placeOfLine(migration, line),
    version: migration.version,
  });
}

const placeOfLine = ({ path }: Migration, line: number): Place => ({ file: path, line, column: 1 });

function refused(migration: Migration, place: Place, { what, next }: Unfit): EngineError {
  return new EngineError('BACKFILL_UNFIT', 'refused', `${place.file}:${place.line}: ${what}`, {
    next,
    place,
    excerpt: writtenExcerpt(migration, place),
    version: migration.version,
  });
}
