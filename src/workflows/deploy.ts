import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  ContinueAsNew,
  isCancellation,
} from '@temporalio/workflow';
import type { DeployInput, DeployResult } from '../contract/deploy.js';
import { run } from './activities.js';
import { Board } from './board.js';
import { CARRIED, Deploy, DeployFailed } from './deploy-context.js';
import { faultOf } from './fault.js';
import { Operator, Superseded } from './operator.js';
import { runStage } from './stages.js';

/**
 * One deploy of one target: take the lease, adopt, plan; run the stages in order; prove the applied set; give the lease back.
 * The ledger in the database decides what is done; this workflow only asks it for the next step, so a reset, a replay or a
 * second run can neither skip nor repeat anything.
 */
export async function deploy(input: DeployInput): Promise<DeployResult> {
  const work = new CancellationScope();
  const board = new Board(input);
  const operator = new Operator(board, work);
  const context = new Deploy(input, board, operator);
  try {
    await work.run(() => story(context));
    return await end(context, 'done');
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    if (error instanceof Superseded) return end(context, 'superseded', error.decision);
    if (error instanceof DeployFailed) return fail(context, error);
    if (!isCancellation(error)) throw error;
    const result = await CancellationScope.nonCancellable(() => end(context, 'cancelled', operator.cancelled));
    // Cancelled through Temporal itself rather than by our verb: then it also ends as cancelled there.
    if (!operator.cancelled) throw error;
    return result;
  }
}

async function story(deploy: Deploy): Promise<void> {
  const { input, board } = deploy;
  await begin(deploy);
  board.become('running');
  for (const [index, plan] of input.stages.entries()) {
    if (index < (input.resumed?.stage ?? 0)) continue;
    await deploy.safePoint(index);
    await runStage(deploy, index, plan);
  }
  await deploy.recordDecisions();
  await deploy.guarded(input.stages.length - 1, () =>
    run('verify', 'verify', 'verify: the applied set is the files', deploy.ownership),
  );
  board.say('verified: the applied set is the files');
}

/** Nothing is started yet, so whatever goes wrong here refuses the deploy instead of blocking it. */
async function begin(deploy: Deploy): Promise<void> {
  const { input, board, deployId } = deploy;
  try {
    const answer = await run('begin', 'begin', 'take the lease, adopt, plan', {
      target: input.target,
      environment: input.environment,
      deployId,
      release: input.release,
      by: input.by,
    });
    deploy.epoch = answer.epoch;
    deploy.position = answer.position;
    board.planned(answer);
  } catch (error) {
    if (isCancellation(error)) throw error;
    throw new DeployFailed('Refused', faultOf(error));
  }
}

async function end(
  deploy: Deploy,
  outcome: DeployResult['outcome'],
  decision?: { by: string; reason?: string | undefined },
): Promise<DeployResult> {
  const { input, board } = deploy;
  await finish(deploy, outcome, decision);
  const applied = board.stages.reduce((sum, stage) => sum + stage.applied, 0);
  const message =
    outcome === 'done' ? `${applied} applied` : `${outcome}${decision ? ` by ${decision.by}` : ''} after ${applied} applied`;
  if (outcome === 'cancelled')
    for (const [index, stage] of board.stages.entries())
      if (stage.state === 'running' || stage.state === 'blocked') board.stage(index, 'cancelled');
  board.become(outcome);
  board.say(`${outcome}: ${message}`);
  await condition(allHandlersFinished);
  return {
    outcome,
    target: input.target,
    environment: input.environment,
    release: input.release,
    applied,
    message,
    status: board.snapshot(CARRIED),
  };
}

async function fail(deploy: Deploy, { kind, fault }: DeployFailed): Promise<never> {
  const { board } = deploy;
  board.fault = fault;
  await finish(deploy, kind === 'Refused' ? 'refused' : 'failed');
  board.become(kind === 'Refused' ? 'refused' : 'failed');
  board.say(`${board.state}: ${fault.message}`);
  await condition(allHandlersFinished);
  throw ApplicationFailure.create({ message: fault.message, type: kind, nonRetryable: true, details: [board.snapshot(CARRIED)] });
}

/** Records the outcome and gives the lease back; a deploy that never had the lease has nothing to give. */
async function finish(
  deploy: Deploy,
  outcome: 'done' | 'cancelled' | 'superseded' | 'failed' | 'refused',
  decision?: { by: string; reason?: string | undefined },
): Promise<void> {
  if (deploy.epoch === 0) return;
  await run('finish', 'finish', `release the lease: ${outcome}`, {
    ...deploy.ownership,
    outcome,
    by: decision?.by,
    reason: decision?.reason,
    stages: deploy.board.times(),
  });
}
