import { crashPoint } from '../crash-point.js';
import type { Migration } from '../files/migration.js';
import { characterOffset, type Statement } from '../files/statements.js';
import type { Session } from '../postgres/connect.js';
import { literal } from '../postgres/quote.js';
import { resetStatements } from '../postgres/settings.js';
import { isConnectionLoss, isServerError } from '../postgres/sqlstate.js';
import { runScript } from './script.js';
import { sqlFailure } from './sql-failure.js';

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
  /** Gives the session back as a fresh one; a later part of the same migration wants the state kept. */
  readonly reset: boolean;
  readonly showValues: boolean;
  /** Name of the session while the statements run. */
  readonly application: string;
  /** The commit may be lost in a crash of the server, together with everything after it; the caller flushes before it tells anybody. */
  readonly unflushed?: boolean;
}

/**
 * Runs statements and our rows about them in one transaction, in one message. Deferred constraints are checked before our rows,
 * so that their error points at the migration; the fence is the deferred trigger on our rows, at COMMIT.
 * @throws EngineError; a lost connection leaves the outcome to the ledger
 */
export async function runTransaction(session: Session, part: TransactionPart): Promise<void> {
  const head = ['begin', `set local application_name = ${literal(part.application)}`];
  if (part.unflushed) head.push('set local synchronous_commit = off');
  const body = part.instead ?? part.migration.sql.slice(part.start, part.end);
  const count = part.instead === undefined ? part.statements.length : part.instead === '' ? 0 : 1;
  const tail = ['set constraints all immediate', ...ownIdentity(body), ...part.rows, 'commit'];
  const prefix = `${head.join('; ')}; `;
  const reset = part.reset ? `; ${resetStatements(session.settings)}` : '';
  crashPoint('before-transaction');
  const { tags, error } = await runScript(session.client, `${prefix}${body}\n;${tail.join('; ')}${reset}`);
  crashPoint('after-transaction');

  const committedAt = head.length + count + tail.length;
  const committed = tags.length >= committedAt;
  if (committed && tags[committedAt - 1] !== 'COMMIT') throw new Error(`COMMIT answered ${tags[committedAt - 1]}`);
  if (!error) return;
  // Only the clean-up failed: the work is committed, and the caller's next use of the session reports what is wrong with it.
  if (committed && !isConnectionLoss(error)) return;
  if (!isConnectionLoss(error)) await session.client.query('rollback');
  const index = tags.length - head.length;
  throw sqlFailure(error, {
    migration: part.migration,
    statement: part.statements[Math.min(Math.max(index, 0), part.statements.length - 1)],
    offset: part.instead === undefined ? offsetOf(error, prefix.length, body, part.start) : undefined,
    showValues: part.showValues,
  });
}

/** A body may act as another role, or switch triggers off to load data; our rows need neither. */
function ownIdentity(body: string): string[] {
  const statements = ['set local role none', 'set local session authorization default'];
  return /session_replication_role/i.test(body) ? [...statements, 'set local session_replication_role = origin'] : statements;
}

/** PostgreSQL counts from 1, in the whole message; this counts from 0, in the file. */
function offsetOf(error: Error, prefix: number, body: string, start: number): number | undefined {
  if (!isServerError(error) || !error.position) return undefined;
  const characters = Number(error.position) - 1 - prefix;
  if (characters < 0) return undefined;
  const units = characterOffset(body, characters);
  return units >= body.length ? undefined : start + units;
}
