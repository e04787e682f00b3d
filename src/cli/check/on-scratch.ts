import { engineTarget } from '../../config/engine-target.js';
import type { HeldTarget } from '../../config/held-target.js';
import type { TargetRelease } from '../../config/release.js';
import { stageKind, stageName, type Stage } from '../../config/schema.js';
import { rehearse } from '../../direct/rehearse.js';
import type { Scratch } from '../../embedded/scratch.js';
import { checkMigrations } from '../../engine/check/check.js';
import type { CheckReport, Statistics } from '../../engine/check/report.js';
import type { CheckStage } from '../../engine/check/run-stages.js';
import { summarise } from '../../engine/check/summary.js';
import { assertFiles } from '../../engine/deploy/assert.js';
import { planTarget } from '../../engine/plan/plan.js';
import { executeCommand } from '../../exec/execute.js';
import type { Context } from '../context.js';
import { idleControl } from '../idle-control.js';
import type { OpenedTarget } from '../open-target.js';
import { rolesMadeBy } from './roles-made.js';
import { scratchEnvironment } from './scratch-environment.js';

export interface Rehearsal {
  readonly opened: OpenedTarget;
  readonly release: TargetRelease;
  readonly exec: boolean;
  readonly each: boolean;
  readonly statistics: Statistics | undefined;
  /** Roles that the migrations take for granted. */
  readonly roles: readonly string[];
}

/** Measures and judges the deploy on one throwaway database and, when it went through, proves on a second that a repeat changes nothing. */
export async function checkOnScratch(context: Context, scratch: Scratch, rehearsal: Rehearsal): Promise<CheckReport> {
  const roles = { needed: rehearsal.roles, made: await rolesMadeBy(rehearsal.release) };
  const measured = await scratch.use(roles, async (url) =>
    checkMigrations({
      url,
      stages: await stagesOf(context, rehearsal, url),
      statistics: rehearsal.statistics,
      scope: rehearsal.each ? 'migration' : 'deploy',
    }),
  );
  if (measured.summary.failed > 0) return measured;
  const repeat = await scratch.use(roles, (url) => {
    const { held, environment } = heldAt(context, rehearsal, url);
    return rehearse(held, { exec: rehearsal.exec, environment, control: idleControl() });
  });
  return { ...measured, repeat, summary: summarise({ ...measured, repeat }) };
}

/** The target with a throwaway database in the place of its own. */
function heldAt(
  { environment }: Context,
  { opened, release }: Rehearsal,
  url: string,
): { held: HeldTarget; environment: NodeJS.ProcessEnv } {
  const moved = scratchEnvironment(environment, opened.target, url);
  const target = { ...engineTarget(opened, moved), showValues: true };
  return { held: { target, stages: opened.target.stages, release, root: opened.loaded.root, retryFor: 0 }, environment: moved };
}

async function stagesOf(context: Context, rehearsal: Rehearsal, url: string): Promise<CheckStage[]> {
  const { held, environment } = heldAt(context, rehearsal, url);
  const plan = await planTarget(held.target, [...held.release.migrations.values()]);
  const pending = new Map(plan.stages.map(({ stage, pending: of }) => [stage, of.map(({ migration }) => migration)]));
  return held.stages.map((stage, index): CheckStage => {
    const migrations = held.release.migrations.get(index);
    if (migrations) return { ...migrations, migrations: pending.get(migrations) ?? [] };
    return workStage(stage, index, { held, environment, exec: rehearsal.exec });
  });
}

function workStage(
  stage: Stage,
  index: number,
  { held, environment, exec }: { held: HeldTarget; environment: NodeJS.ProcessEnv; exec: boolean },
): CheckStage {
  const kind = stageKind(stage) as 'exec' | 'assert' | 'approve' | 'signal';
  const name = stageName(stage);
  const control = idleControl();
  if ('assert' in stage) {
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
