import type { StagePlan } from '../contract/deploy.js';
import { counted } from '../text/counted.js';
import type { Deploy } from './deploy-context.js';

/** Up to so many pending migrations get an activity of their own, with a name in the Web UI; a longer backlog goes in runs. */
const ONE_BY_ONE = 20;
const RUN = 2_000;

/** Runs one stage to its end. What goes wrong in it blocks there, and goes on there. */
export async function runStage(deploy: Deploy, index: number, plan: StagePlan): Promise<void> {
  deploy.board.stage(index, 'running');
  switch (plan.kind) {
    case 'migrate':
      await applyAll(deploy, index);
      break;
    case 'constraints':
      await applyAll(deploy, index);
      await proveConstraints(deploy, index, plan);
      break;
    case 'exec':
      await deploy.guarded(index, () => deploy.run('execute', `exec-${plan.name}`, `run ${plan.name}`, { stage: index }));
      deploy.board.say(`${plan.name} ended well`);
      break;
    case 'assert':
      await proveAssertions(deploy, index, plan);
      break;
    case 'approve':
      await deploy.operator.waitForApproval(plan.name);
      await deploy.recordDecisions();
      break;
    case 'signal':
      await signalDependents(deploy, index, plan);
      break;
  }
  deploy.board.stage(index, 'done');
}

async function applyAll(deploy: Deploy, index: number): Promise<void> {
  const { board } = deploy;
  const stage = board.stages[index]!;
  let remaining = stage.total - stage.applied;
  const oneByOne = remaining <= ONE_BY_ONE;
  while (remaining > 0) {
    await deploy.safePoint(index);
    const next = board.nextOf(index);
    const name = next?.name ?? `next of ${stage.name}`;
    const id = oneByOne ? `apply-${numberOf(name)}` : `apply-from-${stage.applied + 1}`;
    const summary = oneByOne
      ? `apply ${name}`
      : `apply up to ${Math.min(remaining, RUN)} of ${remaining} pending in ${stage.name}`;
    if (next && oneByOne) board.setMigration(index, { ...next, state: 'running' });
    const answer = await deploy.guarded(index, () =>
      deploy.run('apply', id, summary, {
        stage: index,
        after: deploy.position,
        limit: oneByOne ? 1 : RUN,
        lockTimeout: deploy.lockTimeout,
      }),
    );
    if (answer === undefined) {
      remaining -= 1;
      continue;
    }
    deploy.position = answer.position;
    board.applied(index, answer);
    remaining = answer.remaining;
  }
}

async function proveConstraints(deploy: Deploy, index: number, plan: StagePlan): Promise<void> {
  const count = await deploy.guarded(index, () =>
    deploy.run('assertConstraints', `prove-${plan.name}`, `prove the constraints of ${plan.name}`, { stage: index }),
  );
  if (count) deploy.board.say(`${counted(count, 'constraint')} proved: they exist, as written, validated`);
}

async function proveAssertions(deploy: Deploy, index: number, plan: StagePlan): Promise<void> {
  const count = await deploy.guarded(index, () =>
    deploy.run('assertFiles', `assert-${plan.name}`, `assert ${plan.name}`, { stage: index }),
  );
  deploy.board.say(`${counted(count ?? 0, 'assertion')} ${count === 1 ? 'holds' : 'hold'}`);
}

async function signalDependents(deploy: Deploy, index: number, plan: StagePlan): Promise<void> {
  const dependents = plan.dependents ?? [];
  for (const [dependent, name] of dependents.entries()) {
    const told = await deploy.guarded(index, () =>
      deploy.run('signal', `signal-${index}-${dependent}`, name, { stage: index, dependent, release: deploy.board.release }),
    );
    deploy.board.say(told ?? `${name}: not told`);
  }
}

/** `0107_add_index.sql` is shown as 0107. */
function numberOf(name: string): string {
  return /^[A-Z]?(\d+(?:[._]\d+)*)/.exec(name)?.[1] ?? name;
}
