import { ApplicationFailure, CancelledFailure, condition } from '@temporalio/workflow';
import type { DeployResult, Ending, Fault } from '../contract/deploy.js';
import { leftText } from '../contract/up-to.js';
import { run } from './activities.js';
import type { Deploy } from './deploy-context.js';
import { faultOf } from './fault.js';

/** Writes the last words, gives the lease back, and ends the workflow as the deploy has ended. */
export async function end(deploy: Deploy, ending: Ending): Promise<DeployResult> {
  const { board, operator, input } = deploy;
  deploy.ending = ending;
  operator.closing = 'ending';
  const { by, reason } = ending;
  if (ending.fault) board.blame(ending.fault);
  if (ending.outcome !== 'done') stopStages(deploy, ending.outcome);
  const unwritten = await lastWords(deploy, ending);
  // What is done and cannot be recorded is not reported as done.
  const outcome = ending.outcome === 'done' && unwritten ? 'failed' : ending.outcome;
  const fault = ending.fault ?? (outcome === 'failed' ? unwritten : undefined);
  board.fault = undefined;
  if (fault) board.blame(fault);
  if (unwritten) board.say(`the outcome is not recorded and the lease is not given back: ${unwritten.message}`);
  const applied = board.stages.reduce((sum, stage) => sum + stage.applied, 0);
  const skipped = board.stages.reduce((sum, stage) => sum + stage.skipped, 0);
  const count = `${applied} applied${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  const message =
    fault?.message ??
    (outcome === 'done' ? `${count}${leftText(input.to, board.left)}` : `${outcome}${by ? ` by ${by}` : ''} after ${count}`);
  board.become(outcome);
  board.say(`${outcome}: ${message}`);
  await deploy.notifier.ends(outcome, message);
  // Whoever has signed an approval meanwhile is answered first.
  await condition(() => operator.idle);
  if (outcome === 'failed' || outcome === 'refused') throw failure(deploy, outcome, message);
  // Cancelled through Temporal itself rather than by our verb: then it also ends as cancelled there.
  if (outcome === 'cancelled' && by === undefined) throw new CancelledFailure(message, [board.snapshot()]);
  const { target, environment, release } = input;
  const left = input.to === undefined ? undefined : board.left;
  return { outcome, target, environment, release, applied, left, message, reason, status: board.snapshot() };
}

/** A stack would stand in the history once more, and says nothing to an operator. */
function failure({ board }: Deploy, outcome: 'failed' | 'refused', message: string): ApplicationFailure {
  const type = outcome === 'refused' ? 'Refused' : 'DeployFailed';
  const error = ApplicationFailure.create({ message, type, nonRetryable: true, details: [board.snapshot()] });
  error.stack = '';
  return error;
}

/** Nothing of a deploy that is over runs or waits. */
function stopStages({ board }: Deploy, outcome: Ending['outcome']): void {
  const failed = outcome === 'failed' || outcome === 'refused';
  for (const [index, { state, migrations }] of board.stages.entries()) {
    if (state !== 'running' && state !== 'blocked') continue;
    for (const migration of migrations)
      if (migration.state === 'running' || migration.state === 'blocked')
        board.setMigration(index, { ...migration, state: failed ? 'failed' : 'pending' });
    board.stage(index, failed ? 'failed' : 'cancelled');
  }
}

/**
 * Records the outcome and gives the lease back; a deploy that never had the lease has nothing to give. Where that fails the deploy is
 * blocked on it and says so, until it succeeds or an operator gives it up.
 * @returns why it was given up
 */
async function lastWords(deploy: Deploy, { outcome, by, reason }: Ending): Promise<Fault | undefined> {
  if (deploy.epoch === 0 && !deploy.beginning) return undefined;
  for (;;) {
    try {
      const request = { ...deploy.ownership, outcome, by, reason, stages: deploy.board.times() };
      await run('finish', 'finish', `release the lease: ${outcome}`, request);
      return undefined;
    } catch (error) {
      const fault = faultOf(error);
      if (deploy.input.onFailure === 'abort') return fault;
      deploy.operator.closing = 'unrecorded';
      const givenUp = await deploy.lastWordsFail(fault);
      deploy.operator.closing = 'ending';
      if (givenUp) return fault;
    }
  }
}
