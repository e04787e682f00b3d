import type pg from 'pg';
import { constraintSteps } from '../engine/constraints/steps.js';
import { EngineError } from '../engine/error.js';
import type { MigrationStage } from '../engine/files/stage.js';
import { failureOf, fromError } from './failure.js';
import type { CheckedMigration, CheckedWork } from './report.js';
import type { StagedMigration } from './staged-migration.js';
import { readRelations, type Relations } from './trace/relations.js';
import type { MigrationTrace } from './trace/statement-trace.js';
import { traceMigration } from './trace/trace-migration.js';

/** A stage of a deploy, as a check runs it. */
export type CheckStage = Pick<MigrationStage, 'kind' | 'name' | 'migrations'> | WorkStage;

/** A stage without migrations. */
export interface WorkStage {
  readonly kind: 'exec' | 'assert' | 'approve' | 'signal';
  readonly name: string;
  /** Does its work on the scratch database. @throws EngineError; without it the stage is left out */
  readonly run?: (() => Promise<void>) | undefined;
  /** Why it is left out. */
  readonly reason?: string | undefined;
}

/** A migration and what became of it; without trace and failure it was not run. */
export interface Run extends StagedMigration {
  readonly relations: Relations;
  readonly trace?: MigrationTrace | undefined;
  readonly failure?: CheckedMigration['failure'];
}

/** All migrations of some stages, in their order. */
export function migrationsOf(stages: readonly CheckStage[]): StagedMigration[] {
  return stages.flatMap((stage) =>
    'migrations' in stage ? stage.migrations.map((migration) => ({ stage: stage.name, kind: stage.kind, migration })) : [],
  );
}

/** Runs all stages in order, up to the first failure. */
export async function runStages(
  client: pg.Client,
  stages: readonly CheckStage[],
  scope: 'deploy' | 'migration',
): Promise<{ runs: readonly Run[]; work: readonly CheckedWork[] }> {
  const runs: Run[] = [];
  const work: CheckedWork[] = [];
  let relations = await readRelations(client);
  let failed = false;
  for (const [at, stage] of stages.entries()) {
    if (!('migrations' in stage)) {
      const done: CheckedWork = failed
        ? { kind: stage.kind, name: stage.name, outcome: 'not run' }
        : await runWork(stage, leftOut(work));
      failed ||= done.outcome === 'failed';
      work.push(done);
      continue;
    }
    const all = migrationsOf([stage]);
    for (const [index, staged] of all.entries()) {
      if (scope === 'migration' && !failed) relations = await readRelations(client);
      const around = { later: [...all.slice(index + 1), ...migrationsOf(stages.slice(at + 1))], leftOut: leftOut(work) };
      const run = failed ? { ...staged, relations } : await runOne(client, { ...staged, relations }, around);
      failed ||= run.failure !== undefined;
      runs.push(run);
    }
  }
  return { runs, work };
}

/** Stages before a migration that would have run in a real deploy. */
function leftOut(work: readonly CheckedWork[]): string[] {
  return work.filter(({ kind, outcome }) => kind === 'exec' && outcome === 'left out').map(({ name }) => name);
}

async function runWork({ kind, name, run, reason }: WorkStage, missing: readonly string[]): Promise<CheckedWork> {
  if (!run) return { kind, name, outcome: 'left out', reason };
  try {
    await run();
    return { kind, name, outcome: 'ran' };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const failure = fromError(error);
    const next = `The exec stage ${missing.join(' or ')} was left out, which may be why: run the check with --exec.`;
    return { kind, name, outcome: 'failed', failure: missing.length > 0 ? { ...failure, next } : failure };
  }
}

async function runOne(client: pg.Client, run: Run, around: Parameters<typeof failureOf>[3]): Promise<Run> {
  const { kind, migration, relations } = run;
  const stepsOf =
    kind === 'constraints'
      ? (statement: Parameters<typeof constraintSteps>[2]) => constraintSteps({ showValues: true }, migration, statement)
      : undefined;
  try {
    const trace = await traceMigration(client, migration, relations, stepsOf);
    if (!trace.error) return { ...run, trace };
    return { ...run, trace, failure: failureOf(trace.error.cause, run, trace.error.statement, around) };
  } catch (error) {
    return { ...run, failure: failureOf(error, run, undefined, around) };
  }
}
