import type pg from 'pg';
import type { Migration } from '../files/migration.js';
import type { Session } from '../postgres/connect.js';
import { CLOSED_PATH, OWN_IDENTITY } from '../postgres/settings.js';
import { ownFailure } from './own-failure.js';
import { runScript } from './script.js';

/**
 * Begins a transaction of ours on a session that a file has had: it may act as another role, which has no right to our rows, under a path
 * of its own, or have made transactions read only by default.
 */
export const AS_OURSELVES: readonly string[] = ['begin read write', ...OWN_IDENTITY, `set local ${CLOSED_PATH}`];

/**
 * Rows of our own in a transaction of ours; the fence fires at its COMMIT.
 * @param after statements behind the COMMIT
 */
export async function commitRows(session: Session, migration: Migration, rows: readonly string[], after?: string): Promise<void> {
  const { error, lost = false } = await runScript(
    session.client,
    [...AS_OURSELVES, ...rows, 'commit', ...(after ? [after] : [])].join('; '),
  );
  if (!error) return;
  if (!lost) await session.client.query('rollback');
  throw ownFailure(error, migration, lost);
}

/** Other work of our own in a transaction, such as a look into the ledger. */
export async function asOurselves<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query(AS_OURSELVES.join('; '));
  try {
    const result = await work();
    await client.query('commit');
    return result;
  } catch (error) {
    // Where the connection is gone, this error says so.
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
