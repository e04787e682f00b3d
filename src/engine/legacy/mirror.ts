import type pg from 'pg';
import { EngineError } from '../error.js';
import { compareVersions, type Migration } from '../files/migration.js';
import type { MigrationStage } from '../files/stage.js';
import { identifier } from '../postgres/quote.js';
import type { AdoptSettings, EngineTarget } from '../target.js';
import { adoptedTracker } from './adopted-tracker.js';
import { relation } from './tables.js';
import type { LegacyTracker } from './tool.js';
import { namedTool } from './tools.js';

/** Keeps the adopted tracker as the applied set is: statements for the transactions that change the set. */
export interface Mirror {
  add(migration: Migration): string[];
  /** @param applied the versions before it goes */
  remove(row: Pick<Migration, 'version' | 'name'>, applied: Iterable<string>): string[];
}

/** How the applied set is mirrored; undefined where no tracker was adopted, or `mirror` is not set. Constraint files are Pawl's alone. */
export async function mirrorOf(
  client: pg.Client,
  { adopt, ledger }: EngineTarget,
  stages: readonly MigrationStage[],
): Promise<Mirror | undefined> {
  if (!adopt?.mirror) return undefined;
  const tracker = await adoptedTracker(client, ledger);
  if (!tracker) return undefined;
  const tool = namedTool({ ...adopt, from: tracker.tool });
  const { mirror } = tool;
  if (typeof mirror === 'string') throw unmirrorable(tool.name, mirror);
  const own = new Set(
    stages.filter(({ kind }) => kind === 'constraints').flatMap(({ migrations }) => migrations.map(({ version }) => version)),
  );
  return {
    add(migration) {
      if (own.has(migration.version)) return [];
      const again = migration.repeatable ? mirror.remove(tracker, migration, undefined, adopt) : [];
      return [...again, ...mirror.add(tracker, migration, adopt)];
    },
    remove: (row, applied) => (own.has(row.version) ? [] : mirror.remove(tracker, row, newestBelow(row.version, applied), adopt)),
  };
}

function newestBelow(version: string, applied: Iterable<string>): string | undefined {
  const below = [...applied].filter((other) => compareVersions(other, version) < 0);
  return below.reduce<string | undefined>(
    (newest, other) => (newest === undefined || compareVersions(other, newest) > 0 ? other : newest),
    undefined,
  );
}

/** What keeps the tracker from being mirrored: the kind of tool, or that it is gone or not ours to write. */
export async function mirrorFault(
  client: pg.Client,
  settings: AdoptSettings,
  tracker: LegacyTracker,
): Promise<EngineError | undefined> {
  if (!settings.mirror) return undefined;
  const tool = namedTool({ ...settings, from: tracker.tool });
  if (typeof tool.mirror === 'string') return unmirrorable(tool.name, tool.mirror);
  const { rows } = await client.query<{ there: boolean; writable: boolean | null; role: string }>(
    `select pg_catalog.to_regclass($1) is not null as there, current_user as role,
       pg_catalog.has_table_privilege(pg_catalog.to_regclass($1), 'insert') and pg_catalog.has_table_privilege(pg_catalog.to_regclass($1), 'delete') as writable`,
    [relation(tracker)],
  );
  const { there, writable, role } = rows[0]!;
  const what = `adopt.mirror: the tracker of ${tracker.tool}, ${tracker.schema}.${tracker.table}`;
  if (!there) {
    const next = 'Take `mirror` out of the config.';
    return new EngineError('LEGACY_MISSING', 'refused', `${what}, is gone and cannot be written`, { next });
  }
  if (writable) return undefined;
  return new EngineError('CONNECT_PERMISSION', 'refused', `${what}, may not be written by ${role}`, {
    next: `As its owner run: GRANT SELECT, INSERT, UPDATE, DELETE ON ${relation(tracker)} TO ${identifier(role)}; or take \`mirror\` out of the config.`,
  });
}

function unmirrorable(tool: string, why: string): EngineError {
  return new EngineError('LEGACY_UNSUPPORTED', 'refused', `adopt.mirror: the tracker of ${tool} cannot be mirrored: ${why}`, {
    next: 'Take `mirror` out of the config.',
  });
}
