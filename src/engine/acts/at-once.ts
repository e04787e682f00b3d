import type { Control } from '../control.js';
import { assertConstraints, assertConstraintsOn } from '../constraints/assert.js';
import type { MigrationStage } from '../files/stage.js';
import { loadGrammar } from '../files/statements.js';
import { readContents, type Contents } from '../ledger/contents.js';
import { assertOwn } from '../ledger/header.js';
import { isFree } from '../lease/lease.js';
import { withSession } from '../lease/with-lock.js';
import { planOn, type Plan } from '../plan/plan.js';
import type { Session } from '../postgres/connect.js';
import type { EngineTarget, Owner } from '../target.js';
import { applyPending, runPending } from './apply.js';
import { beginOn, refusalOf, type Begin } from './begin.js';
import { finishDeploy, finishOn, verifyComplete, verifyOn } from './finish.js';
import { flush } from './flush.js';
import { assertFiles, type AssertionFile } from './assert.js';

/** One step of a deploy that needs nothing but the database. */
export type Step = { readonly migrations: MigrationStage } | { readonly assertions: readonly AssertionFile[] };

export interface AtOnce {
  /** False where nothing was pending: then nothing was written, and no lock was taken. */
  readonly deployed: boolean;
  /** Migrations. */
  readonly applied: number;
}

/**
 * A whole deploy on one session: lock, ledger, lease with its epoch, adoption, each pending migration in a fenced transaction, the proof,
 * the outcome in the audit; the same tables and the same promises as the acts one by one. A target that has everything is only read.
 *
 * Safe to repeat with the same deploy id: the ledger decides what is left. After a failure the deploy keeps its lease; whoever gives up
 * calls `finishDeploy` with epoch 0.
 * @throws EngineError
 */
export async function deployAtOnce(
  target: EngineTarget,
  begin: Begin,
  steps: readonly Step[],
  control: Control,
): Promise<AtOnce> {
  await loadGrammar();
  const { claim, attempt } = begin;
  const stages = steps.flatMap((step) => ('migrations' in step ? [step.migrations] : []));
  const first = await withSession(target, { deployId: claim.deployId, epoch: 0, attempt }, async (session, there) => {
    const contents = await readContents(session.client, target.ledger, there);
    if (await isComplete(session, target, stages, contents)) return undefined;
    const begun = await beginOn(session, target, { ...begin, unflushed: true }, stages, control, contents);
    const refusal = refusalOf(begun.plan);
    if (refusal) throw refusal;
    const owner = { deployId: claim.deployId, epoch: begun.epoch, attempt };
    const work = { target, owner, after: begun.plan.position, control };
    const { applied, next } = await runSteps(session, work, steps, begun.contents);
    if (next < steps.length) return { work, applied, next };
    await verifyOn(session, target, stages);
    await finishOn(session, target, owner, { outcome: 'done', by: begin.by });
    return { work, applied, next };
  });
  if (!first) return { deployed: false, applied: await assertOnly(target, steps, control) };
  const { work, next } = first;
  if (next === steps.length) return { deployed: true, applied: first.applied };
  return { deployed: true, applied: await onNewSessions(work, steps.slice(next), stages, begin.by) };
}

interface Work {
  readonly target: EngineTarget;
  readonly owner: Owner;
  /** Position of the newest row before the deploy. */
  readonly after: number;
  readonly control: Control;
}

/**
 * Runs the steps in order until one needs another session: a migration may have changed what sessions begin with.
 * @returns the step that is next, which may be half done
 */
async function runSteps(
  session: Session,
  work: Work,
  steps: readonly Step[],
  contents: Contents | undefined,
): Promise<{ applied: number; next: number }> {
  const { target, owner, control } = work;
  let known = contents;
  let applied = 0;
  for (const [next, step] of steps.entries()) {
    if ('assertions' in step) {
      await assertFiles(target, step.assertions, control);
      continue;
    }
    const stage = step.migrations;
    // The last word of the deploy makes it durable.
    const unflushed = next === steps.length - 1 && stage.kind === 'migrate';
    const request = { ...work, stage, limit: Infinity };
    const ran = await runPending(session, request, { control, deadline: Infinity, contents: known, unflushed });
    known = undefined;
    applied = ran.before.length + ran.count;
    if (!unflushed || ran.outdated) await flush(session, target, owner);
    if (ran.outdated) return { applied, next };
    if (stage.kind === 'constraints') await assertConstraintsOn(session, target, stage);
  }
  return { applied, next: steps.length };
}

/** The rest of a deploy, one session after the other. @returns how many migrations the whole deploy has applied */
async function onNewSessions(work: Work, steps: readonly Step[], stages: readonly MigrationStage[], by: string): Promise<number> {
  const { target, owner, control } = work;
  let applied = 0;
  for (const step of steps) {
    if ('assertions' in step) {
      await assertFiles(target, step.assertions, control);
      continue;
    }
    const stage = step.migrations;
    const outcome = await applyPending({ ...work, stage, limit: Infinity, milliseconds: Infinity }, control);
    applied = outcome.applied.length;
    if (stage.kind === 'constraints') await assertConstraints(target, owner, stage, control);
  }
  await verifyComplete(target, owner, stages, control);
  await finishDeploy(target, owner, { outcome: 'done', by }, control);
  return applied;
}

/** Whether the ledger has every file, and nothing about it has to be written: an attempt that died before its last words still owes them. */
async function isComplete(
  { client }: Session,
  target: EngineTarget,
  stages: readonly MigrationStage[],
  contents: Contents,
): Promise<boolean> {
  const { header, lease } = contents;
  assertOwn(header, target);
  if (!header || !lease || !isFree(lease)) return false;
  return nothingToDo(await planOn(client, target, stages, contents));
}

/** Whether a plan finds every migration applied, and nothing to adopt or to refuse. */
export function nothingToDo({ stages, applied, findings }: Plan): boolean {
  return (
    stages.every(({ pending }) => pending.length === 0) &&
    applied.every(({ position }) => position > 0) &&
    findings.every(({ severity, code }) => severity !== 'error' && code !== 'SQUASH_TAKE_OVER')
  );
}

/** What has to be true is looked at also where nothing was pending. */
async function assertOnly(target: EngineTarget, steps: readonly Step[], control: Control): Promise<0> {
  for (const step of steps) if ('assertions' in step) await assertFiles(target, step.assertions, control);
  return 0;
}
