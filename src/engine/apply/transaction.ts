import { crashPoint } from '../crash-point.js';
import type { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { copyDataBehind } from '../files/copy-data.js';
import { characterOffset } from '../files/place.js';
import type { Statement } from '../files/statements.js';
import type { Session } from '../postgres/connect.js';
import { literal } from '../postgres/quote.js';
import { CLOSED_PATH, OWN_IDENTITY, OWN_PATH, resetStatements } from '../postgres/settings.js';
import { isServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import { ownFailure } from './own-failure.js';
import { messagesOf, type Message } from './messages.js';
import { runMessages, sendBehind, type ScriptOutcome } from './script.js';
import { sqlFailure } from './sql-failure.js';
import { hasTimedOut } from './timed-out.js';

export interface TransactionPart {
  readonly migration: Migration;
  readonly statements: readonly Statement[];
  /** What stands in the script for the statements: their own file from the first one to the last, comments included. */
  readonly start: number;
  readonly end: number;
  /** One statement that runs in the place of theirs; empty for none. */
  readonly instead?: string | undefined;
  /** Rows of ours that commit together with the statements. */
  readonly rows: readonly string[];
  /** Begins with the path of the user's; a later part of the same migration has what the parts before it set. */
  readonly fresh: boolean;
  /** Gives the session back as a fresh one; a later part of the same migration wants the state kept. */
  readonly reset: boolean;
  readonly showValues: boolean;
  /** Name of the session while the statements run. */
  readonly application: string;
  /** The commit may be lost in a crash of the server, together with everything after it; the caller flushes before it tells anybody. */
  readonly unflushed?: boolean;
}

/** A transaction on its way. */
export interface SentTransaction {
  /** Tells it from every other one of this process. */
  readonly number: number;
  readonly part: TransactionPart;
  /** How many statements of ours come before those of the part. */
  readonly head: number;
  /** How many statements have ended when COMMIT has. */
  readonly committedAt: number;
  readonly outcome: Promise<ScriptOutcome>;
  /** What it was sent as; positions in errors count in one of them. */
  readonly messages: readonly Message[];
  /** How many of its statements are the file's, or stand in their place. */
  readonly count: number;
  /** When it was sent, in milliseconds since 1970. */
  readonly sentAt: number;
  /** Whether it waits for another one to succeed. */
  readonly follows: boolean;
  /** What runs only if this has succeeded, and is on its way too. */
  behind?: SentTransaction;
}

/**
 * Runs statements and our rows about them in one transaction, in one message where it is not a large one. Deferred constraints are checked before our rows,
 * so that their error points at the migration; the fence is the trigger on our rows, immediate by then as they are.
 * @throws EngineError; a lost connection leaves the outcome to the ledger
 */
export function runTransaction(session: Session, part: TransactionPart): Promise<void> {
  return endTransaction(session, sendTransaction(session, part));
}

/**
 * Sends a transaction and does not wait for its end.
 * @param before one that runs now: the server begins with this one as soon as that one has succeeded, and only then
 */
export function sendTransaction(session: Session, part: TransactionPart, before?: SentTransaction): SentTransaction {
  const number = (transactions += 1);
  const head = ['begin'];
  // Fails, and this transaction with it, where the one before did not come to its end.
  if (before) head.push(`deallocate ${endedWell(before.number)}`);
  head.push(`set local application_name = ${literal(part.application)}`);
  if (part.unflushed) head.push('set local synchronous_commit = off');
  if (part.fresh) head.push(OWN_PATH);
  const body = part.instead ?? part.migration.sql.slice(part.start, part.end);
  const count = part.instead === undefined ? part.statements.length : part.instead === '' ? 0 : 1;
  const tail = ['set constraints all immediate', ...ownIdentity(body), `set local ${CLOSED_PATH}`, ...part.rows, 'commit'];
  const after = part.reset ? `; ${resetStatements(session.settings)}; prepare ${endedWell(number)} as select` : '';
  const prefix = `${head.join('; ')}; `;
  crashPoint('before-transaction');
  const messages = messagesOf(prefix, { text: body, start: part.start }, `\n;${tail.join('; ')}${after}`, part.statements);
  const [first] = messages;
  const outcome =
    before && first
      ? sendBehind(session.client, first.text)
      : runMessages(
          session.client,
          messages.map(({ text }) => text),
          copyDataOf(part),
        );
  const sent = {
    number,
    part,
    messages,
    head: head.length,
    count,
    sentAt: Date.now(),
    committedAt: head.length + count + tail.length,
    outcome,
    follows: before !== undefined,
  };
  if (before) before.behind = sent;
  return sent;
}

/** Numbers transactions, so that none is taken for another one that did succeed. */
let transactions = 0;

/** Name of a statement that is prepared when a transaction has committed and the session is as new; whoever comes next asks for it. */
const endedWell = (transaction: number): string => `pawl_${transaction}_ended_well`;

/**
 * Waits for the end of a transaction.
 * @throws as {@link runTransaction}
 */
export async function endTransaction(session: Session, sent: SentTransaction): Promise<void> {
  const { part, head, count, committedAt } = sent;
  const { tags, error, lost = false, message = 0 } = await sent.outcome;
  crashPoint('after-transaction');
  const committed = tags.length >= committedAt;
  if (committed && tags[committedAt - 1] !== 'COMMIT') throw new Error(`COMMIT answered ${tags[committedAt - 1]}`);
  if (!error) return;
  // Only the clean-up failed: the work is committed, and the caller's next use of the session reports what is wrong with it.
  if (committed && !lost) return;
  await sent.behind?.outcome;
  if (!lost) await session.client.query('rollback');
  if (sent.follows && didNotBegin(tags, error)) return runTransaction(session, part);
  const index = tags.length - head;
  // The statement after the last of the file checks its deferred constraints; what comes then is ours.
  throw index > count ? ownFailure(error, part.migration, lost) : failureOf(session, sent, { error, index, lost, message });
}

function failureOf(
  session: Session,
  { part, messages, count, sentAt }: SentTransaction,
  {
    error,
    index,
    lost,
    message,
  }: { readonly error: Error; readonly index: number } & Required<Pick<ScriptOutcome, 'lost' | 'message'>>,
): EngineError {
  const asWritten = part.instead === undefined;
  const limit = parseInt(session.settings['statement_timeout'] ?? '0', 10);
  return sqlFailure(error, {
    migration: part.migration,
    statement: index < count || count === 0 ? part.statements[Math.max(index, 0)] : undefined,
    offset: asWritten ? offsetOf(error, messages[message]!) : undefined,
    showValues: part.showValues,
    lost,
    timedOut: hasTimedOut(Date.now() - sentAt, limit) ? limit : undefined,
  });
}

const NOT_BEGUN = new Set<string>([STATE.invalidSqlStatementName, STATE.inFailedSqlTransaction]);

/** The one before committed and only its clean-up failed, so that this one was told to leave it; it may begin now. */
function didNotBegin(tags: readonly string[], error: Error): boolean {
  return tags.length <= 1 && isServerError(error) && NOT_BEGUN.has(error.code);
}

/** A body may act as another role, or switch triggers off to load data; our rows need neither. */
function ownIdentity(body: string): string[] {
  return /session_replication_role/i.test(body) ? [...OWN_IDENTITY, 'set local session_replication_role = origin'] : OWN_IDENTITY;
}

/** What the statements of a part copy from the file, in their order. */
function copyDataOf({ migration, statements }: TransactionPart): Iterator<string> {
  if (!migration.data) return [].values();
  return statements.flatMap((statement) => copyDataBehind(migration, statement)?.text ?? []).values();
}

/** PostgreSQL counts from 1, in the whole message; this counts from 0, in the file. */
function offsetOf(error: Error, { before, body, start }: Message): number | undefined {
  if (!isServerError(error) || !error.position) return undefined;
  const characters = Number(error.position) - 1 - before;
  if (characters < 0) return undefined;
  const units = characterOffset(body, characters);
  return units >= body.length ? undefined : start + units;
}
