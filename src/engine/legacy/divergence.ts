import type pg from 'pg';
import { EngineError } from '../error.js';
import { compareVersions, type Migration } from '../files/migration.js';
import { loadGrammar } from '../files/statements.js';
import type { AppliedMigration } from '../ledger/applied.js';
import type { MigrationStage } from '../plan/stage.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget } from '../target.js';
import { settledVersion, type LegacyClaim } from './claim.js';
import type { AdoptedTracker } from './adopted-tracker.js';
import { findTracker } from './find-tracker.js';
import type { LegacyTracker } from './tool.js';

/**
 * What an adopted tracker says now that the ledger does not have. Nothing, once the tracker is gone.
 * @throws EngineError `LEGACY_DIRTY` when the tool has failed half-way since
 */
export async function claimsBeyondLedger(
  client: pg.Client,
  target: EngineTarget,
  tracker: LegacyTracker,
  stages: readonly MigrationStage[],
  applied: readonly AppliedMigration[],
): Promise<LegacyClaim[]> {
  await loadGrammar();
  const { tool: from, schema, table } = tracker;
  const settings = { ...target.adopt, from, schema, table };
  const found = await findTracker(client, settings);
  if (!found) return [];
  const reading = await found.tool.read(
    client,
    found.tracker,
    stages.flatMap(({ migrations }) => migrations),
    settings,
  );
  if (reading.dirty[0]) throw reading.dirty[0];
  const held = new Set(applied.map(({ version }) => version));
  return reading.claims.filter(({ version }) => !held.has(version));
}

/**
 * Files that the old tool ran after its tracker was adopted: this deploy would run them again. What a person has taken out of the ledger,
 * and what a counter only counts along, is not held against anybody.
 */
export async function ranSince(
  client: pg.Client,
  target: EngineTarget,
  tracker: AdoptedTracker,
  stages: readonly MigrationStage[],
  applied: readonly AppliedMigration[],
): Promise<EngineError[]> {
  const beyond = await claimsBeyondLedger(client, target, tracker, stages, applied);
  const pending = new Map(stages.flatMap(({ migrations }) => migrations).map((migration) => [migration.version, migration]));
  const { rows } = await client.query<{ version: string }>(
    `select version from ${identifier(target.ledger)}.events where kind in ('ledger.forget', 'migration.rolled-back') and version is not null
     union all select jsonb_array_elements_text(detail->'pending') from ${identifier(target.ledger)}.events where kind = 'adopted'`,
  );
  const settled = new Set([...rows.map(({ version }) => version), ...(target.adopt?.pending ?? []).map(settledVersion)]);
  return beyond.flatMap((claim) => {
    const file = pending.get(claim.version);
    const counted = claim.assumed && applied.some(({ version }) => compareVersions(version, claim.version) >= 0);
    return !file || counted || settled.has(claim.version) ? [] : [diverged(tracker, file)];
  });
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
