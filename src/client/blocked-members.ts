import type { DeployStatus } from '../contract/deploy.js';
import { retry, skip } from '../contract/messages.js';
import type { TemporalLink } from '../temporal/link.js';
import { ClientError } from './client-error.js';
import { sendDecision } from './decide.js';
import { DeployRun } from './deploy-run.js';
import { pause } from './pause.js';
import { rolloutRun, rolloutStatus, SILENCES } from './rollout.js';
import type { DeployName } from '../contract/names.js';

export interface BlockedDecision {
  readonly verb: 'retry' | 'skip';
  readonly by: string;
  readonly reason?: string | undefined;
  /** Names of members; all of them where nothing is said. */
  readonly only?: readonly string[] | undefined;
}

/** What came of the decision about one member. */
export interface DecidedMember {
  readonly member: string;
  /** State of its deploy afterwards; `not blocked` where there was nothing to decide, `silent` where it does not answer. */
  readonly state: string;
  readonly message?: string | undefined;
}

/** Members that are decided about at once. */
const AT_ONCE = 8;
const INTERVAL = 300;

/**
 * Decides the same about the members that a rollout has left blocked, and waits until each is done or blocked again.
 * @throws ClientError where nobody can tell which those are
 */
export async function decideBlocked(
  link: TemporalLink,
  name: DeployName,
  decision: BlockedDecision,
  interrupt: AbortSignal,
): Promise<readonly DecidedMember[]> {
  const status = await rolloutStatus(rolloutRun(link, name));
  if (typeof status === 'string')
    throw new ClientError(
      'NO_ANSWER',
      `the rollout of ${name.target} does not answer: ${SILENCES[status]}`,
      'Start a worker with the files of its release (pawl worker), then say it again.',
    );
  const members = decision.only ?? status.blocked;
  const decided: DecidedMember[] = [];
  const waiting = [...members];
  const lane = async (): Promise<void> => {
    for (let member = waiting.shift(); member !== undefined; member = waiting.shift()) {
      const run = new DeployRun(link, { target: `${name.target}/${member}`, environment: name.environment });
      decided.push({ member, ...(await decideAbout(run, decision, interrupt)) });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return decided;
}

async function decideAbout(
  run: DeployRun,
  decision: BlockedDecision,
  interrupt: AbortSignal,
): Promise<Omit<DecidedMember, 'member'>> {
  const before = await run.status();
  if (before === 'no deploy') return { state: 'not blocked' };
  if (typeof before === 'string') return { state: 'silent', message: SILENCES[before] };
  if (before.state !== 'blocked') return { state: 'not blocked' };
  const { verb, by, reason } = decision;
  try {
    if (verb === 'retry') await sendDecision(run, retry, { by, reason });
    else await sendDecision(run, skip, { by, reason: reason ?? '', version: before.fault?.version ?? '' });
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return { state: 'blocked', message: error.message };
  }
  for (;;) {
    await pause(INTERVAL, interrupt);
    const status = await run.status();
    if (typeof status !== 'string' && isSettled(status, before)) return { state: status.state, message: status.fault?.message };
    if (status === 'no deploy') return { state: 'not blocked', message: 'Temporal no longer knows its deploy' };
    if (interrupt.aborted)
      return typeof status === 'string' ? { state: 'silent', message: SILENCES[status] } : { state: status.state };
  }
}

/** Ended, or blocked anew. */
function isSettled({ state, turn = 0 }: DeployStatus, before: DeployStatus): boolean {
  if (['done', 'failed', 'refused', 'cancelled', 'superseded'].includes(state)) return true;
  return state === 'blocked' && turn > (before.turn ?? 0) + 1;
}
