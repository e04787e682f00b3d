import type pg from 'pg';
import type { Migration } from '../files/migration.js';
import { loadGrammar } from '../files/statements.js';
import type { AppliedMigration } from '../ledger/applied.js';
import { newestOf, readContents, type Contents } from '../ledger/contents.js';
import { assertOwn, ledgerIsThere } from '../ledger/header.js';
import type { Intent } from '../ledger/intents.js';
import { awake } from '../postgres/awake.js';
import { readable } from '../ledger/readable.js';
import { read } from '../postgres/read.js';
import type { EngineTarget } from '../target.js';
import { previewAdoption } from '../legacy/adopt.js';
import { findTakeOvers } from '../squash/take-over.js';
import { findDrift, findFaults } from './findings.js';
import { findAbandoned, findHalfApplied } from './half-applied.js';
import type { PlanFinding } from '../finding.js';
import { leftOf, pendingOf, upToDate, type PendingMigration } from './pending.js';
import type { MigrationStage } from '../files/stage.js';

/** What a deploy would do. */
export interface Plan {
  readonly applied: readonly AppliedMigration[];
  readonly stages: readonly PlannedStage[];
  readonly findings: readonly PlanFinding[];
  /** By version: what earlier attempts have left half applied. */
  readonly journal: ReadonlyMap<string, readonly Intent[]>;
  /** Position of the newest row; what the deploy adds comes after it. */
  readonly position: number;
}

export interface PlannedStage {
  readonly stage: MigrationStage;
  readonly pending: readonly PendingMigration[];
  /** What stays pending after a deploy that ends with a version. */
  readonly left: readonly Migration[];
}

/** Reads the target and says what a deploy would do; changes nothing. @throws EngineError `CONNECT_*`, `LEDGER_*` */
export async function planTarget(target: EngineTarget, stages: readonly MigrationStage[]): Promise<Plan> {
  await loadGrammar();
  return read(target.url, 'pawl:plan', async (client) => {
    return readable(client, target.ledger, async () => {
      const contents = await readContents(client, target.ledger, await ledgerIsThere(client, target.ledger));
      assertOwn(contents.header, target);
      return planOn(client, target, stages, contents);
    });
  });
}

/** The same on a session that the caller has, with what the ledger holds. An adoption that is still to come counts as done. */
export async function planOn(
  client: pg.Client,
  target: EngineTarget,
  stages: readonly MigrationStage[],
  { applied: rows, journal }: Contents,
): Promise<Plan> {
  await loadGrammar();
  const adoption = await previewAdoption(client, target, stages, rows);
  const squash = findTakeOvers(stages, [...rows, ...adoption.rows]);
  const { applied } = squash;
  const versions = upToDate(stages, applied);
  const planned = stages.map((stage) => ({ stage, pending: pendingOf(stage, versions), left: leftOf(stage, versions) }));
  const pending = planned.flatMap(({ pending }) => pending.map(({ migration }) => migration));
  return {
    applied,
    stages: planned,
    findings: [
      ...adoption.findings,
      ...squash.findings,
      ...(await awake(client, findDrift(target, stages, applied))),
      ...(await awake(client, faultsOf(planned, target))),
      ...stages.flatMap(({ warnings = [] }) => warnings),
      ...(await awake(client, findHalfApplied(pending, journal))),
      ...findAbandoned(
        stages.flatMap(({ migrations }) => migrations),
        applied,
        journal,
      ),
      ...stages.filter((stage) => stage.migrations.length === 0).map(emptyDirectory),
    ],
    journal,
    position: newestOf(rows),
  };
}

async function faultsOf(planned: Plan['stages'], { late }: EngineTarget): Promise<PlanFinding[]> {
  const findings: PlanFinding[] = [];
  for (const { stage, pending } of planned) findings.push(...(await findFaults(stage, pending, late)));
  return findings;
}

function emptyDirectory(stage: MigrationStage): PlanFinding {
  return {
    severity: 'warning',
    code: 'EMPTY_DIRECTORY',
    message: `${stage.name} holds no migrations`,
    next: 'Check the directory in the config, or add a first file with `pawl new <name>`.',
  };
}
