import type { DeployState, DeployStatus } from '../contract/deploy.js';

/** States that Temporal gave a run from outside of its workflow, which therefore still answers with what it was about to do. */
const OVERRULED: Readonly<Record<string, DeployState>> = {
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed out',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
};

const ENDED = new Set<DeployState>(['done', 'failed', 'refused', 'cancelled', 'superseded', 'terminated', 'timed out']);

/** Whether nothing more comes of a deploy in this state. */
export const isEnded = (state: DeployState): boolean => ENDED.has(state);

/**
 * The state of the run comes before what the workflow answers: a query is answered from the history, and one that was terminated while it
 * was blocked says for ever that it is blocked.
 * @param state of the run, such as `TERMINATED`
 * @param closed when the run was closed
 */
export function overrule(status: DeployStatus, state: string, closed: Date | undefined): DeployStatus {
  const ended = OVERRULED[state];
  if (ended === undefined || isEnded(status.state)) return status;
  return {
    ...status,
    state: ended,
    since: closed?.toISOString(),
    work: undefined,
    approval: undefined,
    approving: undefined,
    holdRequested: false,
    fault: status.fault && {
      ...status.fault,
      next: 'This was the last failure before the deploy ended; nothing waits for a decision any more.',
    },
    stages: status.stages.map((stage) =>
      stage.state === 'running' || stage.state === 'blocked' ? { ...stage, state: 'cancelled' } : stage,
    ),
  };
}
