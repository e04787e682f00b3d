import type pg from 'pg';
import { canonicalVersion, type Migration } from '../files/migration.js';
import type { AdoptSettings } from '../target.js';
import { claimRows, versionOf, type LegacyClaim } from './claim.js';
import type { FoundTracker } from './find-tracker.js';
import { findLagging, findSkipped } from './suspects.js';
import type { LegacyReading } from './tool.js';

/** What a tracker says, held against the catalog where it may be wrong, with what a person has settled taken into account. */
export async function readTracker(
  client: pg.Client,
  { tool, tracker }: FoundTracker,
  migrations: readonly Migration[],
  settings: AdoptSettings,
): Promise<LegacyReading> {
  const reading = await tool.read(client, tracker, migrations, settings);
  if (reading.dirty.length > 0) return reading;
  const assume = new Set((settings.assume ?? []).map(settled));
  const pending = new Set((settings.pending ?? []).map(settled));
  const said = reading.claims.filter(({ version }) => !pending.has(version));
  const claims = unique([
    ...said,
    ...claimRows(
      [...assume].filter((v) => !pending.has(v)).map((version) => ({ version })),
      migrations,
    ),
  ]);
  const assumed = new Set(said.filter((claim) => claim.assumed && !assume.has(claim.version)).map(({ version }) => version));
  const claimed = new Set(claims.map(({ version }) => version));
  const first = migrations.find(({ version, repeatable }) => !claimed.has(version) && !repeatable);
  return {
    claims,
    dirty: [
      ...(await findSkipped(
        client,
        tracker,
        migrations.filter(({ version }) => assumed.has(version)),
      )),
      ...(tool.rowsMayLag && first && !pending.has(first.version) ? await findLagging(client, tracker, first) : []),
    ],
  };
}

const settled = (version: string): string => (/^\d/.test(version) ? canonicalVersion(versionOf(version)) : version);

/** The first claim of a version is the tracker's own. */
function unique(claims: readonly LegacyClaim[]): LegacyClaim[] {
  const byVersion = new Map<string, LegacyClaim>();
  for (const claim of claims) if (!byVersion.has(claim.version)) byVersion.set(claim.version, claim);
  return [...byVersion.values()];
}
