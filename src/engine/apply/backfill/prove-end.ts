import { EngineError } from '../../error.js';
import { isConnectionLoss, isServerError } from '../../postgres/sqlstate.js';
import type { BatchContext } from './context.js';

/**
 * Asks the query of `-- pawl:verify` whether everything is done.
 * @throws EngineError `BACKFILL_UNFINISHED` where it does not answer true in each row and column, or fails
 */
export async function proveEnd({ session, prepared, backfill }: BatchContext): Promise<void> {
  if (backfill.verify === undefined) return;
  const { path, version } = prepared.migration;
  const unproved = (what: string, next: string): EngineError =>
    new EngineError('BACKFILL_UNFINISHED', 'blocked', `${path}: the backfill is through, and its pawl:verify ${what}`, {
      next,
      version,
    });
  const { client } = session;
  await client.query('begin transaction read only');
  try {
    const { rows } = await client.query<unknown[]>({ text: backfill.verify, rowMode: 'array' });
    if (rows.length > 0 && rows.flat().every((value) => value === true)) return;
    throw unproved(
      'does not answer true',
      'Find the rows with the query, correct them or the query, and retry: no batch runs twice.',
    );
  } catch (error) {
    if (!isServerError(error) || isConnectionLoss(error)) throw error;
    throw unproved(`fails with SQLSTATE ${error.code}`, 'Correct the query, and deploy or retry: no batch runs twice.');
  } finally {
    await client.query('rollback');
  }
}
