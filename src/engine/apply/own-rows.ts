import type { Migration } from '../files/migration.js';
import type { Session } from '../postgres/connect.js';
import { CLOSED_PATH, OWN_IDENTITY } from '../postgres/settings.js';
import { ownFailure } from './own-failure.js';
import { runScript } from './script.js';

/**
 * Rows of our own in a transaction of ours; the fence fires at its COMMIT. The file may act as another role, which our rows do not need.
 * @param after statements behind the COMMIT
 */
export async function commitRows(session: Session, migration: Migration, rows: readonly string[], after?: string): Promise<void> {
  const { error, lost = false } = await runScript(
    session.client,
    ['begin', ...OWN_IDENTITY, `set local ${CLOSED_PATH}`, ...rows, 'commit', ...(after ? [after] : [])].join('; '),
  );
  if (!error) return;
  if (!lost) await session.client.query('rollback');
  throw ownFailure(error, migration, lost);
}
