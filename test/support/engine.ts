import type { Control, Progress } from '../../src/engine/control.js';
import { applyPending, type ApplyOutcome } from '../../src/engine/acts/apply.js';
import { beginDeploy, refusalOf } from '../../src/engine/acts/begin.js';
import { checksum } from '../../src/engine/files/checksum.js';
import type { Migration } from '../../src/engine/files/migration.js';
import type { MigrationStage } from '../../src/engine/files/stage.js';
import type { EngineTarget, Owner } from '../../src/engine/target.js';
import type { TestDatabase } from './database.js';

/** A migration as if read from `m/<version>.sql`. */
export function migration(version: string, sql: string, more: Partial<Migration> = {}): Migration {
  return {
    version,
    name: `${version}.sql`,
    path: `m/${version}.sql`,
    sql,
    checksum: checksum(sql),
    transaction: 'auto',
    directives: [],
    ...more,
  };
}

export function stageOf(migrations: Migration[], kind: MigrationStage['kind'] = 'migrate'): MigrationStage {
  return { kind, name: kind, migrations };
}

export function targetOf(database: Pick<TestDatabase, 'url'>, more: Partial<EngineTarget> = {}): EngineTarget {
  return {
    name: 'orders',
    url: database.url,
    ledger: 'pawl',
    lockTimeout: 500,
    statementTimeout: 0,
    late: 'apply',
    retired: [],
    showQueries: false,
    showValues: false,
    ...more,
  };
}

/** A control that remembers what was reported. */
export function recorder(signal: AbortSignal = new AbortController().signal): Control & { readonly reports: Progress[] } {
  const reports: Progress[] = [];
  return { signal, reports, report: (progress) => reports.push(progress) };
}

let deploys = 0;

/** Begins a deploy of its own and applies everything, as a worker would. */
export async function deployAll(
  target: EngineTarget,
  stages: MigrationStage[],
  control: Control = recorder(),
): Promise<{ owner: Owner; outcomes: ApplyOutcome[] }> {
  const { owner, position } = await begin(target, stages, control);
  const outcomes = [];
  for (const stage of stages)
    outcomes.push(await applyPending({ target, owner, stage, after: position, limit: Infinity, milliseconds: 60_000 }, control));
  return { owner, outcomes };
}

/** Takes the lease as the successor of whatever the last test deploy left. @throws the refusal, as the worker does */
export async function begin(
  target: EngineTarget,
  stages: MigrationStage[],
  control: Control = recorder(),
): Promise<{ owner: Owner; position: number; adopted: number }> {
  const claim = { deployId: `deploy-${(deploys += 1)}`, owner: 'temporal/test/deploy', release: 'r' };
  const begun = await beginDeploy(target, { claim, attempt: Date.now(), label: 'test', by: 'tester' }, stages, control);
  const refusal = refusalOf(begun.plan);
  if (refusal) throw refusal;
  return {
    owner: { deployId: claim.deployId, epoch: begun.epoch, attempt: Date.now() },
    position: begun.plan.position,
    adopted: begun.adopted,
  };
}
