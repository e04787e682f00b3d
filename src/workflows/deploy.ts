import { CancellationScope, CancelledFailure, ContinueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { DeployInput, DeployResult, Ending } from '../contract/deploy.js';
import { inputFault } from '../contract/input.js';
import { deployTitle, deployWorkflowId, parseWorkflowId } from '../contract/names.js';
import { run } from './activities.js';
import { Board } from './board.js';
import { Deploy } from './deploy-context.js';
import { end } from './end.js';
import { verifiedText } from '../contract/up-to.js';
import { DeployFailed, faultOf, unforeseen } from './fault.js';
import { Operator, Superseded } from './operator.js';
import { runStage } from './stages.js';

/**
 * One deploy of one target: take the lease, adopt, plan; run the stages in order; prove the applied set; give the lease back.
 * The ledger in the database decides what is done; this workflow only asks it for the next step, so a reset, a replay or a
 * second run can neither skip nor repeat anything.
 * @param input as the client sent it: any client may start a workflow, so it is looked at before it is believed
 */
export async function deploy(input: DeployInput): Promise<DeployResult> {
  const wrong = faultOfInput(input);
  const work = new CancellationScope();
  const board = new Board(wrong === undefined ? input : nobodys());
  const operator = new Operator(board, work);
  const context = new Deploy(wrong === undefined ? input : nobodys(), board, operator);
  if (!board.turn) board.introduce();
  let ending: Ending;
  try {
    if (wrong !== undefined) throw new DeployFailed('refused', wrongInput(wrong));
    if (!context.ending) await work.run(() => story(context));
    // What was told that it is being cancelled does not end as done, even if its last activity was quicker.
    if (work.consideredCancelled) throw new CancelledFailure('cancelled while its last step was done');
    ending = context.ending ?? { outcome: 'done' };
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    ending = endingOf(error, operator);
  }
  return CancellationScope.nonCancellable(() => end(context, ending));
}

async function story(deploy: Deploy): Promise<void> {
  const { input, board } = deploy;
  if (!input.resumed) await begin(deploy);
  for (; deploy.stage < input.stages.length; deploy.stage += 1) {
    if (board.stages[deploy.stage]!.state === 'not run') continue;
    await deploy.safePoint();
    await runStage(deploy, input.stages[deploy.stage]!);
    deploy.dependent = 0;
  }
  await deploy.safePoint();
  deploy.operator.closing = 'verifying';
  await deploy.guarded(() => run('verify', 'verify', 'verify: the applied set is the files', deploy.ownership));
  board.say(verifiedText(input.to));
}

/** Nothing is started yet, so whatever goes wrong here refuses the deploy instead of blocking it. */
async function begin(deploy: Deploy): Promise<void> {
  const { input, board, deployId } = deploy;
  const { target, environment, release, by, stages, to } = input;
  deploy.beginning = true;
  try {
    const answer = await run('begin', 'begin', 'take the lease, adopt, plan', {
      target,
      environment,
      deployId,
      release,
      by,
      stages,
      to,
      expects: input.expects,
    });
    deploy.beginning = false;
    deploy.epoch = answer.epoch;
    deploy.position = answer.position;
    deploy.notifier.plans = answer.notify ?? [];
    board.planned(answer);
  } catch (error) {
    if (isCancellation(error)) throw error;
    const fault = faultOf(error);
    deploy.beginning = fault.leased ?? false;
    throw new DeployFailed('refused', fault);
  }
}

function endingOf(error: unknown, { cancelled }: Operator): Ending {
  if (error instanceof Superseded) return { outcome: 'superseded', ...whoOf(error.decision) };
  if (error instanceof DeployFailed) return { outcome: error.outcome, fault: error.fault };
  if (isCancellation(error)) return { outcome: 'cancelled', ...(cancelled && whoOf(cancelled)) };
  return { outcome: 'failed', fault: unforeseen(error) };
}

function whoOf({ by, reason }: { by: string; reason?: string | undefined }): Pick<Ending, 'by' | 'reason'> {
  return { by, reason };
}

function faultOfInput(input: unknown): string | undefined {
  const { continuedFromExecutionRunId, workflowId } = workflowInfo();
  const fault = inputFault(input, continuedFromExecutionRunId !== undefined);
  if (fault !== undefined) return fault;
  const name = input as DeployInput;
  return workflowId === deployWorkflowId(name)
    ? undefined
    : `target: the workflow ${workflowId} is not that of ${deployTitle(name)}`;
}

function wrongInput(message: string): DeployFailed['fault'] {
  const next = '`pawl deploy --print-input` prints what a client has to send; docs/temporal-clients.md has examples.';
  return { code: 'INPUT_INVALID', message: `the input of the workflow is wrong: ${message}`, next };
}

/** What the board shows of a deploy whose input says nothing that can be believed. */
function nobodys(): DeployInput {
  const { target, environment } = parseWorkflowId(workflowInfo().workflowId) ?? { target: 'unknown' };
  return { target, environment, release: { digest: '', label: 'unknown' }, stages: [], by: 'unknown', onFailure: 'abort' };
}
