import { retry } from '../contract/messages.js';
import type { WorkerWait } from './await-worker.js';
import { ClientError } from './client-error.js';
import { sendDecision } from './decide.js';
import type { DeployRun } from './deploy-run.js';
import { pause } from './pause.js';

/** Milliseconds between two looks at a deploy whose worker has just come up. */
const INTERVAL = 500;

/**
 * Tries the step again that a deploy was blocked on when it was joined.
 * @returns the turn of the deploy up to which a block is decided about; undefined where it was not blocked, or somebody else was quicker
 */
export async function retryBlocked(
  run: DeployRun,
  by: string,
  { say, interrupt }: Pick<WorkerWait, 'say' | 'interrupt'>,
): Promise<number | undefined> {
  let status = await run.status();
  for (; status === 'no worker' && !interrupt.aborted; status = await run.status()) await pause(INTERVAL, interrupt);
  if (typeof status === 'string' || status.state !== 'blocked') return undefined;
  const { turn = 0, fault } = status;
  say(`It is blocked${fault?.file === undefined ? '' : ` by ${fault.file}`}; trying again.`);
  try {
    await sendDecision(run, retry, { by, reason: 'the deploy was started again with a worker of its own' });
  } catch (error) {
    if (error instanceof ClientError && error.code === 'REFUSED') return undefined;
    throw error;
  }
  return turn + 1;
}
