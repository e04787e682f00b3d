import type { ApplyAnswer } from '../contract/activities.js';
import type { StagePlan } from '../contract/deploy.js';
import { counted } from '../text/counted.js';
import type { Deploy } from './deploy-context.js';
import { WrongAnswer } from './fault.js';

/** Up to so many pending migrations get an activity of their own, with a name in the Web UI; a longer backlog goes in runs. */
const ONE_BY_ONE = 20;
const RUN = 2_000;
/** Milliseconds for which one activity works on a backfill, unless somebody wants something of the deploy before. */
const BACKFILL = 600_000;

/** Runs the stage that the deploy is at to its end. What goes wrong in it blocks there, and goes on there. */
export async function runStage(deploy: Deploy, plan: StagePlan): Promise<void> {
  deploy.board.stage(deploy.stage, 'running');
  switch (plan.kind) {
    case 'migrate':
    case 'backfill':
      await applyAll(deploy);
      break;
    case 'constraints':
      await applyAll(deploy);
      await proveConstraints(deploy, plan);
      break;
    case 'exec':
      await deploy.guarded(() => deploy.run('execute', `exec-${plan.name}`, `run ${plan.name}`, {}));
      deploy.board.say(`${plan.name} finished`);
      break;
    case 'assert':
      await proveAssertions(deploy, plan);
      break;
    case 'approve':
      await deploy.waitForApproval(plan);
      break;
    case 'signal':
      await signalDependents(deploy, plan);
      break;
  }
  deploy.board.stage(deploy.stage, 'done');
}

async function applyAll(deploy: Deploy): Promise<void> {
  const { board, stage: index } = deploy;
  const stage = board.stages[index]!;
  let remaining = stage.total - stage.applied - stage.skipped;
  const oneByOne = remaining <= ONE_BY_ONE;
  let backfill = false;
  while (remaining > 0) {
    await deploy.safePoint();
    if (backfill) deploy.operator.giveWay();
    const next = board.nextOf(index);
    const name = next?.name ?? `next of ${stage.name}`;
    const id = oneByOne ? `apply-${numberOf(name)}` : `apply-from-${stage.applied + 1}`;
    const summary = oneByOne
      ? `apply ${name}`
      : `apply up to ${Math.min(remaining, RUN)} of ${remaining} pending in ${stage.name}`;
    if (next && oneByOne) board.setMigration(index, { ...next, state: 'running' });
    const answer = await deploy.guarded(() =>
      backfill
        ? deploy.interruptible(() => applyNext(deploy, id.replace(/^apply/, 'backfill'), summary, 1, BACKFILL))
        : applyNext(deploy, id, summary, oneByOne ? 1 : RUN),
    );
    if (answer === 'interrupted') continue;
    backfill = answer?.backfill !== undefined;
    board.backfill = backfill ? next?.version : undefined;
    if (answer?.backfill) board.say(answer.backfill);
    if (answer) {
      deploy.position = answer.position;
      board.applied(index, answer);
    }
    remaining = answer?.remaining ?? remaining - 1;
  }
}

/** @throws WrongAnswer when nothing was applied and something is left: asking again would never end */
async function applyNext(deploy: Deploy, id: string, summary: string, limit: number, backfillFor?: number): Promise<ApplyAnswer> {
  const { position: after, lockTimeout } = deploy;
  const answer = await deploy.run('apply', id, summary, { after, limit, lockTimeout, backfillFor });
  if (answer.count > 0 || answer.remaining === 0 || answer.backfill) return answer;
  throw new WrongAnswer({
    code: 'LEDGER_DAMAGED',
    message: `nothing was added to the applied set, and ${answer.remaining} are pending still: the rows of the ledger are not written`,
    next: 'Look for a rule or a trigger on applied_migrations, and whether the migration itself was committed, before you retry.',
  });
}

async function proveConstraints(deploy: Deploy, plan: StagePlan): Promise<void> {
  const count = await deploy.guarded(() =>
    deploy.run('assertConstraints', `prove-${plan.name}`, `prove the constraints of ${plan.name}`, {}),
  );
  if (count) deploy.board.say(`${counted(count, 'constraint')} verified: present, as defined, validated`);
}

async function proveAssertions(deploy: Deploy, plan: StagePlan): Promise<void> {
  const count = await deploy.guarded(() => deploy.run('assertFiles', `assert-${plan.name}`, `assert ${plan.name}`, {}));
  deploy.board.say(`${counted(count ?? 0, 'assertion')} ${count === 1 ? 'holds' : 'hold'}`);
}

async function signalDependents(deploy: Deploy, plan: StagePlan): Promise<void> {
  const { stage, board } = deploy;
  const dependents = plan.dependents ?? [];
  for (; deploy.dependent < dependents.length; deploy.dependent += 1) {
    const { dependent } = deploy;
    const name = dependents[dependent]!;
    const told = await deploy.guarded(() =>
      deploy.run('signal', `signal-${stage}-${dependent}`, name, { dependent, release: board.release }),
    );
    board.say(told ?? `${name}: not told`);
  }
}

/** `0107_add_index.sql` is shown as 0107. */
function numberOf(name: string): string {
  return /^[A-Z]?(\d+(?:[._]\d+)*)/.exec(name)?.[1] ?? name;
}
