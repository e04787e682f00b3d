import type pg from 'pg';
import { EngineError } from '../error.js';
import { isServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import { relation } from './tables.js';
import type { LegacyTracker } from './tool.js';

const unlockable = ({ message }: Error): string =>
  `the tables of the old tool cannot be locked while they are adopted: ${message}`;
const GRANT =
  'As their owner run: GRANT SELECT, UPDATE ON <table> TO <user of the connection string>; for this one deploy it may be taken back afterwards.';

/**
 * Tries to lock a tracker's table until the end of the transaction. `share` keeps everybody from writing rows, and waits for nobody
 * who reads; `access exclusive` keeps everybody out.
 * @returns false when somebody has written to it and not committed; the transaction has failed then
 */
export function tryTable(
  client: pg.Client,
  tracker: LegacyTracker,
  mode: 'share' | 'share update exclusive' | 'access exclusive',
): Promise<boolean> {
  return available(client.query(`lock table ${relation(tracker)} in ${mode} mode nowait`));
}

/** Whether a statement with NOWAIT got its lock. */
export async function available(statement: Promise<unknown>): Promise<boolean> {
  try {
    await statement;
    return true;
  } catch (error) {
    if (!isServerError(error)) throw error;
    if (error.code === STATE.lockNotAvailable) return false;
    throw error.code === STATE.insufficientPrivilege
      ? new EngineError('CONNECT_PERMISSION', 'refused', unlockable(error), { next: GRANT })
      : error;
  }
}
