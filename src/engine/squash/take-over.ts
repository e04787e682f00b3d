import { counted } from '../../text/counted.js';
import { crashPoint } from '../crash-point.js';
import { CHECKSUM_ALGORITHM } from '../files/checksum.js';
import { fileFingerprint } from '../files/fingerprint.js';
import type { Migration } from '../files/migration.js';
import { loadGrammar } from '../files/statements.js';
import type { AppliedMigration } from '../ledger/applied.js';
import { recordEvent } from '../ledger/events.js';
import { mirrorOf } from '../legacy/mirror.js';
import { assertOwner } from '../lease/lease.js';
import type { PlanFinding } from '../finding.js';
import type { MigrationStage } from '../files/stage.js';
import type { Session } from '../postgres/connect.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget, Owner } from '../target.js';
import { squashedVersions } from './squashed-versions.js';

/** A squashed file that takes the place of a row, because everything it stands for is applied here. */
export interface TakeOver {
  readonly file: Migration;
  readonly row: AppliedMigration;
  readonly versions: readonly string[];
}

export interface TakeOvers {
  readonly takeOvers: readonly TakeOver[];
  /** The applied set as it is afterwards. */
  readonly applied: readonly AppliedMigration[];
  readonly findings: readonly PlanFinding[];
}

/**
 * Says for each squashed file whether this database ran the old ones (the file takes over their last version without running), none of
 * them (it runs like any other), or some (an error: what is missing is in no file any more).
 */
export function findTakeOvers(stages: readonly MigrationStage[], applied: readonly AppliedMigration[]): TakeOvers {
  const files = stages.flatMap((stage) => stage.migrations);
  const rows = new Map(applied.map((row) => [row.version, row]));
  const own = new Map(files.filter((file) => squashedVersions(file).length > 0).map((file) => [file.version, file]));
  const isOld = (version: string): boolean => {
    const row = rows.get(version);
    return row !== undefined && row.name !== own.get(version)?.name;
  };
  const takeOvers: TakeOver[] = [];
  const findings: PlanFinding[] = [];
  for (const file of own.values()) {
    const versions = squashedVersions(file);
    const row = rows.get(file.version);
    const old = versions.filter(isOld);
    if (old.length === 0) continue;
    const lacking = versions.filter((version) => !rows.has(version));
    if (lacking.length > 0) findings.push(partial(file, lacking));
    else if (row && isOld(file.version)) {
      takeOvers.push({ file, row, versions });
      findings.push(announced(file, versions.length));
    }
  }
  const taken = new Map(takeOvers.map((takeOver) => [takeOver.row.version, takeOver.file]));
  const after = applied.map((row) => {
    const file = taken.get(row.version);
    return file ? { ...row, name: file.name, checksum: file.checksum, statementsChecksum: fileFingerprint(file) } : row;
  });
  return { takeOvers, applied: after, findings };
}

/**
 * Lets squashed files take the place of what this database ran, without running them; all at once, with a line in the audit for each.
 * Call it under the lock and the lease.
 * @param applied what the ledger holds
 * @returns whether there was anything to take over
 */
export async function takeOver(
  session: Session,
  target: EngineTarget,
  owner: Owner,
  stages: readonly MigrationStage[],
  applied: readonly AppliedMigration[],
): Promise<boolean> {
  await loadGrammar();
  const { client } = session;
  const { takeOvers } = findTakeOvers(stages, applied);
  if (takeOvers.length === 0) return false;
  const mirror = await mirrorOf(client, target, stages);
  const rows = new Map(applied.map((row) => [row.version, row]));
  // The old tool would miss the files of the old versions. All go before the new ones come: several files may stand for one version.
  const gone = new Set(takeOvers.flatMap(({ versions }) => versions));
  const mirrored = [
    ...applied.flatMap((row) => (gone.has(row.version) ? (mirror?.remove(row, rows.keys()) ?? []) : [])),
    ...takeOvers.flatMap(({ file }) => mirror?.add(file) ?? []),
  ];
  await client.query('begin');
  try {
    if (mirrored.length > 0) await client.query(mirrored.join('; '));
    for (const { file, row, versions } of takeOvers) {
      await client.query(
        `update ${identifier(target.ledger)}.applied_migrations
         set name = $2, checksum = $3, checksum_algorithm = $4, statements_checksum = $5, note = $6 where version = $1`,
        [
          row.version,
          file.name,
          file.checksum,
          CHECKSUM_ALGORITHM,
          fileFingerprint(file),
          `squashed ${counted(versions.length, 'version')}, was ${row.name}`,
        ],
      );
      await recordEvent(client, target, {
        kind: 'squashed',
        deployId: owner.deployId,
        version: row.version,
        detail: { from: row.name, to: file.name, versions },
      });
      crashPoint('taking-over');
    }
    await assertOwner(session, target, owner);
    await client.query('commit');
    crashPoint('taken-over');
    return true;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

function announced(file: Migration, versions: number): PlanFinding {
  return {
    severity: 'warning',
    code: 'SQUASH_TAKE_OVER',
    message: `${file.path} stands for ${counted(versions, 'applied version')} here: the next deploy takes it over without running it`,
    next: 'Nothing to do.',
  };
}

function partial(file: Migration, lacking: readonly string[]): PlanFinding {
  return {
    severity: 'error',
    code: 'SQUASH_PARTIAL',
    message: `${file.path} stands for versions of which ${lacking.join(', ')} ${lacking.length === 1 ? 'is' : 'are'} not applied here`,
    next: 'Deploy the release from before the squash first, which has their files; then this one.',
  };
}
