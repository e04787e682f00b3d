import { describeAddress } from '../address.js';
import { isAnotherDatabase, type DatabaseIdentity } from '../database-identity.js';
import { EngineError } from '../error.js';
import { findHeader } from '../ledger/header.js';
import { resolveUrl } from '../postgres/open.js';
import type { Session } from '../postgres/connect.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget, Owner } from '../target.js';

/**
 * Compares the ledger that is here with the one where the deploy began: another worker of the queue may have another address.
 * @throws EngineError `WRONG_DATABASE`
 */
export async function assertSameDatabase({ client }: Session, target: EngineTarget, { database }: Owner): Promise<void> {
  if (!database) return;
  const here = describeAddress(await resolveUrl(target.url));
  const header = await findHeader(client, target.ledger);
  if (header?.id === database.ledger) return;
  // Nobody else's: somebody dropped it, and whoever reads it next says so.
  if (!header && here === database.label) return;
  const found = header ? 'the ledger of another database' : 'no ledger';
  throw wrongDatabase(`this deploy began on ${database.label}, and this worker reaches ${here}, where there is ${found}`);
}

/**
 * Words a lease that is not ours, where the reason is that this database has never seen the deploy: a copy has the id of its original.
 * @throws EngineError `WRONG_DATABASE`
 */
export async function refuseUnknownDeploy(
  { client }: Session,
  target: EngineTarget,
  { database, deployId }: Owner,
): Promise<void> {
  if (!database) return;
  const { rowCount } = await client.query(`select from ${identifier(target.ledger)}.deploys where deploy_id = $1`, [deployId]);
  if (rowCount !== 0) return;
  const here = describeAddress(await resolveUrl(target.url));
  throw wrongDatabase(
    `this deploy began on ${database.label}, and ${here} has never seen it: it is a copy, or was restored from an older backup`,
  );
}

/**
 * Compares what the client of a deploy has seen with what is here.
 * @throws EngineError `WRONG_DATABASE`
 */
export function assertExpected(expected: DatabaseIdentity | undefined, here: DatabaseIdentity): void {
  if (!expected || !isAnotherDatabase(expected, here)) return;
  throw wrongDatabase(`the deploy is meant for ${expected.label}, and this worker reaches ${here.label}`);
}

/** Passes when a worker with the right address takes the work. */
function wrongDatabase(message: string): EngineError {
  return new EngineError('WRONG_DATABASE', 'retry', `${message}; nothing was changed there`, {
    next: 'Stop the worker with the wrong address, or correct its address. Name an `environment` where one Temporal namespace serves several.',
  });
}
