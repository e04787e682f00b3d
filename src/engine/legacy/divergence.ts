import type pg from 'pg';
import { EngineError } from '../error.js';
import { compareVersions, type Migration } from '../files/migration.js';
import { loadGrammar } from '../files/statements.js';
import type { AppliedMigration } from '../ledger/applied.js';
import { findingFrom, type PlanFinding } from '../finding.js';
import type { MigrationStage } from '../files/stage.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget } from '../target.js';
import type { AdoptedTracker } from './adopted-tracker.js';
import { findTracker } from './find-tracker.js';
import { pendingVersions } from './settled.js';
import type { LegacyReading, LegacyTracker } from './tool.js';

/** What an adopted tracker says now: claims that the ledger does not hold, and what is dirty. Nothing, once it is gone. */
export async function beyondLedger(
  client: pg.Client,
  target: EngineTarget,
  tracker: LegacyTracker,
  stages: readonly MigrationStage[],
  applied: readonly AppliedMigration[],
): Promise<LegacyReading> {
  await loadGrammar();
  const { tool: from, schema, table } = tracker;
  const settings = { ...target.adopt, from, schema, table };
  const found = await findTracker(client, settings);
  if (!found) return { claims: [], dirty: [] };
  const files = stages.flatMap(({ migrations }) => migrations);
  const { claims, dirty } = await found.tool.read(client, found.tracker, files, settings);
  const held = new Set(applied.map(({ version }) => version));
  return { claims: claims.filter(({ version }) => !held.has(version)), dirty };
}

/**
 * What the old tool has done after its tracker was adopted: a file that it ran would be run again, which is an error; what it left
 * half-done is one only where the tracker is still written. What a person has taken out of the ledger, and what a counter only counts
 * along, is not held against anybody.
 */
export async function ranSince(
  client: pg.Client,
  target: EngineTarget,
  tracker: AdoptedTracker,
  stages: readonly MigrationStage[],
  applied: readonly AppliedMigration[],
): Promise<PlanFinding[]> {
  const { claims, dirty } = await beyondLedger(client, target, tracker, stages, applied).catch(unreadable);
  const files = new Map(stages.flatMap(({ migrations }) => migrations).map((migration) => [migration.version, migration]));
  const settled = await settledVersions(client, target, [...files.values()]);
  const again = claims.flatMap((claim) => {
    const file = files.get(claim.version);
    const counted = claim.assumed && applied.some(({ version }) => compareVersions(version, claim.version) >= 0);
    return !file || counted || settled.has(claim.version) ? [] : [diverged(tracker, file)];
  });
  const halfDone = dirty.filter(({ code }) => code === 'LEGACY_DIRTY').map(findingFrom);
  return [
    ...again.map(findingFrom),
    ...halfDone.map((finding): PlanFinding => ({ ...finding, severity: target.adopt?.mirror ? 'error' : 'warning' })),
  ];
}

/** Once it is adopted, the tracker may be taken out of our sight. */
function unreadable(error: unknown): LegacyReading {
  if (error instanceof EngineError && error.code === 'CONNECT_PERMISSION') return { claims: [], dirty: [] };
  throw error;
}

async function settledVersions(
  client: pg.Client,
  { ledger, adopt }: EngineTarget,
  files: readonly Migration[],
): Promise<Set<string>> {
  const events = `${identifier(ledger)}.events`;
  const { rows } = await client.query<{ version: string }>(
    `select version from ${events} where kind in ('ledger.forget', 'migration.rolled-back') and version is not null
     union all select jsonb_array_elements_text(detail->'pending') from ${events} where kind = 'adopted'`,
  );
  return new Set([...rows.map(({ version }) => version), ...(adopt ? pendingVersions(adopt, files) : [])]);
}

function diverged({ tool, schema, table, at }: AdoptedTracker, { path, version }: Migration): EngineError {
  return new EngineError(
    'LEGACY_DIVERGED',
    'refused',
    `${path} (version ${version}) is applied as ${tool}'s ${schema}.${table} says, and not in the ledger: ${tool} has run since its tracker was adopted on ${at.toISOString()}`,
    {
      next: `Stop what still runs ${tool}. Then, if the database has it: \`pawl ledger mark-applied ${version} --reason "..."\`; if it has not: \`adopt.pending: ['${version}']\`. Nothing was changed.`,
      version,
    },
  );
}
