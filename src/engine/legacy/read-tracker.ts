import type pg from 'pg';
import { EngineError } from '../error.js';
import { versionOf, type Migration } from '../files/migration.js';
import type { AdoptSettings } from '../target.js';
import { claimRows, type LegacyClaim } from './claim.js';
import type { FoundTracker } from './find-tracker.js';
import { pendingVersions } from './settled.js';
import { findLagging, findSkipped } from './suspects.js';
import type { LegacyReading, LegacyTracker } from './tool.js';

/** What a tracker says, held against the catalog where it may be wrong, with what a person has settled taken into account. */
export async function readTracker(
  client: pg.Client,
  { tool, tracker }: FoundTracker,
  migrations: readonly Migration[],
  settings: AdoptSettings,
): Promise<LegacyReading> {
  const reading = await tool.read(client, tracker, migrations, settings);
  if (reading.dirty.length > 0) return reading;
  if (isStrange(reading, migrations, settings)) return { claims: [], dirty: [strange(tracker, reading.claims)] };
  const assume = new Set((settings.assume ?? []).map(versionOf));
  const pending = new Set(pendingVersions(settings, migrations));
  const files = new Map(migrations.map((migration) => [migration.version, migration]));
  const said = reading.claims
    .filter(({ version }) => !pending.has(version))
    // What a person has confirmed is the file, whatever its name was.
    .map((claim) => (assume.has(claim.version) ? { ...claim, name: files.get(claim.version)?.name ?? claim.name } : claim));
  const claims = unique([
    ...said,
    ...claimRows(
      [...assume].filter((v) => !pending.has(v)).map((version) => ({ version })),
      migrations,
    ),
  ]);
  const known = new Set([...files.keys(), ...reading.claims.map(({ version }) => version)]);
  const unknown = [...assume, ...pending].filter((version) => !known.has(version));
  const assumed = new Set(said.filter((claim) => claim.assumed && !assume.has(claim.version)).map(({ version }) => version));
  const claimed = new Set(claims.map(({ version }) => version));
  const first = migrations.find(({ version, repeatable }) => !claimed.has(version) && !repeatable);
  return {
    claims,
    dirty: [
      ...unknown.map(unknownVersion),
      ...(await findSkipped(
        client,
        tracker,
        migrations.filter(({ version }) => assumed.has(version)),
      )),
      ...(tool.rowsMayLag && first && !pending.has(first.version) ? await findLagging(client, tracker, first) : []),
    ],
  };
}

/** Not one version of the tracker is a file: it is another project's, or these are other files. Squashed files stand for ones that are gone. */
function isStrange(
  { claims }: LegacyReading,
  migrations: readonly Migration[],
  { assume = [], pending = [] }: AdoptSettings,
): boolean {
  if (claims.length === 0 || migrations.length === 0 || assume.length > 0 || pending.length > 0) return false;
  if (migrations.some(({ directives }) => directives.some(({ name }) => name === 'squashes'))) return false;
  const files = new Set(migrations.map(({ version }) => version));
  return !claims.some(({ version }) => files.has(version));
}

function strange({ tool, schema, table }: LegacyTracker, claims: readonly LegacyClaim[]): EngineError {
  const listed = claims.slice(0, 3).map(({ name }) => name);
  const more = claims.length > 3 ? ` and ${claims.length - 3} more` : '';
  return new EngineError(
    'LEGACY_UNKNOWN_VERSION',
    'refused',
    `not one version of ${schema}.${table} (${tool}) is a file of this target: ${listed.join(', ')}${more}`,
    {
      next: 'If it is the tracker of another project, name the right one under `adopt` (from, schema, table), or take `adopt` out. If it is this one and nothing of the files is applied: `adopt.pending: all`. Nothing was changed.',
    },
  );
}

/** The first claim of a version is the tracker's own. */
function unique(claims: readonly LegacyClaim[]): LegacyClaim[] {
  const byVersion = new Map<string, LegacyClaim>();
  for (const claim of claims) if (!byVersion.has(claim.version)) byVersion.set(claim.version, claim);
  return [...byVersion.values()];
}

function unknownVersion(version: string): EngineError {
  return new EngineError(
    'LEGACY_UNKNOWN_VERSION',
    'refused',
    `version ${version} is to be assumed or pending, and no file has it`,
    {
      next: 'Versions are those that `pawl plan` shows.',
    },
  );
}
