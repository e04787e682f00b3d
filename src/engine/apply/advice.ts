import type { Statement } from '../files/statements.js';
import { duplicatesQuery, uniqueKeysOf } from './duplicates.js';
import type { ServerError } from '../postgres/sqlstate.js';

/** What is known about a failure beside the error itself. */
export interface Circumstances {
  readonly statement?: Statement | undefined;
  /** The `statementTimeout` of the target, in milliseconds, where the statement ran that long. */
  readonly timedOut?: number | undefined;
  /** The text of the file. */
  readonly sql: string;
}

const ADVICE: [RegExp, string | ((circumstances: Circumstances) => string)][] = [
  [/^55P03$/, 'End the session that is named as blocker, or retry with a longer lockTimeout.'],
  [/^(40P01|40001)$/, 'Retry at a quieter hour: other transactions want the same rows or tables.'],
  [/^25001$/, ({ statement }) => outsideTransaction(statement)],
  [
    /^25006$/,
    'The file itself makes its transaction read only (SET TRANSACTION READ ONLY or its kin): take that out and deploy again.',
  ],
  [
    /^25P04$/,
    'The file itself sets transaction_timeout, for a default of the role or the database is set aside: raise it there, or take it out, and deploy again.',
  ],
  [/^2D000$/, 'This code commits by itself: put `-- pawl:autocommit <why it may run twice>` above the statement.'],
  [/^55P04$/, 'A new enum label can be used only after it is committed: use it in the next migration.'],
  [
    /^08/,
    'This is not the connection of the deploy but one that the statement itself opens (dblink, a foreign server, a subscription): make its other end reachable, then retry.',
  ],
  [/^23505$/, ({ statement }) => duplicated(statement)],
  [/^23/, 'Correct the data (or the file), then retry.'],
  [
    /^3F000$/,
    'Create the schema, or grant USAGE on it to the user of the connection string: `pawl doctor` shows its search path.',
  ],
  [/^42501$/, 'Grant the right to the user of the connection string, then retry.'],
  [/^53100$/, 'A disk of the database server is full: make room there, then retry.'],
  [/^53300$/, 'Free connections of the database server, or raise max_connections, then retry.'],
  [/^53/, 'The database server lacks memory or other resources: free some, then retry.'],
  [/^57014$/, cancelled],
  [/^57P0/, 'The statement raised this itself: correct the file and deploy again.'],
  [/^42/, 'Correct the file and deploy again: the fixed release takes the place of this one.'],
];

/** What the operator does next about a statement of theirs that failed. */
export function adviceFor(error: ServerError, circumstances: Circumstances): string {
  const advice = ADVICE.find(([pattern]) => pattern.test(error.code))?.[1];
  if (advice === undefined) return 'Correct the file and deploy again, or correct the cause and retry.';
  return typeof advice === 'string' ? advice : advice(circumstances);
}

function duplicated(statement: Statement | undefined): string {
  const unique = statement && uniqueKeysOf(statement);
  return `${unique ? `This finds the duplicates: ${duplicatesQuery(unique)}; ` : ''}Correct the data (or the file), then retry.`;
}

/** `pawl:no-transaction` would not help: with it each statement still has a transaction of its own, with its entry in the journal. */
function outsideTransaction(statement: Statement | undefined): string {
  const type = statement?.type;
  if (type === 'VariableSetStmt')
    return 'PostgreSQL takes this only at the beginning of a transaction: make it the first statement of the file.';
  if (type === 'DoStmt' || type === 'SelectStmt' || type === 'CallStmt')
    return 'This cannot run inside of a function or a DO block: write it as a statement of its own.';
  return 'This statement cannot run in a transaction: put `-- pawl:autocommit <why it may run twice>` on the line above it.';
}

function cancelled({ timedOut, sql }: Circumstances): string {
  if (timedOut !== undefined)
    return `It ran longer than the statementTimeout of the target (${timedOut / 1000} s): raise that in the config, or split the migration.`;
  const somebody =
    'somebody cancelled it with pg_cancel_backend(), which its own role, members of pg_signal_backend and superusers may: ask before you retry.';
  return /\bstatement_timeout\b/i.test(sql)
    ? `Either it ran longer than the statement_timeout that the file sets, or ${somebody}`
    : `${somebody[0]!.toUpperCase()}${somebody.slice(1)}`;
}
