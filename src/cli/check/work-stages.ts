import { stageKind, stageName, type Stage } from '../../config/schema.js';
import type { CheckStage } from '../../check/run-stages.js';
import { assertFiles } from '../../engine/acts/assert.js';
import { planTarget, type Plan } from '../../engine/plan/plan.js';
import { executeCommand } from '../../exec/execute.js';
import { idleControl } from '../idle-control.js';
import type { Moved } from './held-at.js';

/** What of a target's stages a check runs itself. */
export interface StageChoice {
  readonly exec: boolean;
  /** Without rows an assertion says nothing about the real ones. */
  readonly assert: boolean;
}

/** The stages as a check runs them: of migrations what is pending, of the others what it does without telling anybody. */
export async function stagesOf(moved: Moved, choice: StageChoice): Promise<{ stages: CheckStage[]; plan: Plan }> {
  const { held } = moved;
  const plan = await planTarget(held.target, [...held.release.migrations.values()]);
  const pending = new Map(plan.stages.map(({ stage, pending: of }) => [stage, of.map(({ migration }) => migration)]));
  const stages = held.stages.map((stage, index): CheckStage => {
    const migrations = held.release.migrations.get(index);
    if (migrations) return { ...migrations, migrations: pending.get(migrations) ?? [] };
    return workStage(stage, index, moved, choice);
  });
  return { stages, plan };
}

function workStage(stage: Stage, index: number, { held, environment }: Moved, { exec, assert }: StageChoice): CheckStage {
  const kind = stageKind(stage) as 'exec' | 'assert' | 'approve' | 'signal';
  const name = stageName(stage);
  const control = idleControl();
  if ('assert' in stage) {
    if (!assert) return { kind, name, reason: 'the start state has no rows' };
    const files = held.release.assertions.get(index) ?? [];
    return { kind, name, run: async () => void (await assertFiles(held.target, files, control)) };
  }
  if (!('exec' in stage)) return { kind, name, reason: kind === 'approve' ? 'it counts as given' : 'a check tells nobody' };
  if (!exec) return { kind, name, reason: 'a check runs programs only with --exec' };
  const command = stage.exec;
  const id = `check-${process.pid}-${index}`;
  const log = (line: string): void => void process.stderr.write(`${command.name}: ${line}\n`);
  return { kind, name, run: () => executeCommand({ command, root: held.root, environment, log, id }, control) };
}
