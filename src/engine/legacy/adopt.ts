import type pg from 'pg';
import { EngineError } from '../error.js';
import { CHECKSUM_ALGORITHM } from '../files/checksum.js';
import { fileFingerprint } from '../files/fingerprint.js';
import type { Migration } from '../files/migration.js';
import type { AppliedMigration } from '../ledger/applied.js';
import { recordEvent } from '../ledger/events.js';
import { markFlushed } from '../ledger/flushed.js';
import { ledgerExists } from '../ledger/header.js';
import { findingFrom, type PlanFinding } from '../finding.js';
import type { MigrationStage } from '../files/stage.js';
import type { Session } from '../postgres/connect.js';
import { identifier } from '../postgres/quote.js';
import type { AdoptSettings, EngineTarget, Owner } from '../target.js';
import { adoptedTracker, type AdoptedTracker } from './adopted-tracker.js';
import type { LegacyClaim } from './claim.js';
import { ranSince } from './divergence.js';
import { findNamesakes, findTracker } from './find-tracker.js';
import { mirrorFault } from './mirror.js';
import { inventory } from './old-database.js';
import { readTracker } from './read-tracker.js';
import { pendingVersions } from './settled.js';
import { tryTable } from './table-lock.js';
import type { LegacyTracker } from './tool.js';

/** What an adoption would add to the applied set. */
export interface Adoption {
  readonly tracker?: LegacyTracker | undefined;
  readonly rows: readonly AppliedMigration[];
  readonly findings: readonly PlanFinding[];
}

/**
 * Reads the legacy tracker and says what would be adopted. Once an adoption is recorded in the ledger there is nothing to adopt, and only
 * what has happened to the tracker since is said.
 */
export async function previewAdoption(
  client: pg.Client,
  target: EngineTarget,
  stages: readonly MigrationStage[],
  applied: readonly AppliedMigration[],
): Promise<Adoption> {
  const settings = target.adopt;
  if (!settings) return { rows: [], findings: [] };
  try {
    const deployed = await ledgerExists(client, target.ledger);
    const adopted = deployed ? await adoptedTracker(client, target.ledger) : undefined;
    if (adopted) return { rows: [], findings: await sinceAdoption(client, target, adopted, stages, applied) };
    const found = await findTracker(client, settings);
    // Where a deploy of ours went before, it has looked, and what is there may be its own.
    if (!found) return { rows: [], findings: [deployed ? missing(settings.from) : await missingHere(client, target, settings)] };
    const unwritable = await mirrorFault(client, settings, found.tracker);
    const migrations = stages.flatMap((stage) => stage.migrations);
    const places = new Map(
      stages.flatMap((stage) => stage.migrations.map((migration) => [migration.version, { stage: stage.name, migration }])),
    );
    const reading = await readTracker(client, found, migrations, settings);
    const known = new Set(applied.map((row) => row.version));
    const claims = reading.claims.filter((claim) => !known.has(claim.version));
    const edited = claims.filter(({ content }) => content === 'edited');
    return {
      tracker: found.tracker,
      rows: claims.map((claim) => adoptedRow(claim, places.get(claim.version), found.tracker)),
      findings: [
        ...(unwritable ? [findingFrom(unwritable)] : []),
        ...reading.dirty.map(findingFrom),
        ...edited.map((claim) => editedSince(claim, found.tracker)),
      ],
    };
  } catch (error) {
    return { rows: [], findings: [findingFrom(error)] };
  }
}

async function sinceAdoption(
  client: pg.Client,
  target: EngineTarget,
  tracker: AdoptedTracker,
  stages: readonly MigrationStage[],
  applied: readonly AppliedMigration[],
): Promise<PlanFinding[]> {
  const unwritable = target.adopt && (await mirrorFault(client, target.adopt, tracker));
  return unwritable ? [findingFrom(unwritable)] : ranSince(client, target, tracker, stages, applied);
}

/**
 * Fills the applied set from the legacy tracker, once, while holding the tool's own lock. Call it under the lock and the lease.
 * @throws EngineError `LOCK_BUSY` (retry) while the legacy tool is at work
 */
export async function adopt(
  session: Session,
  target: EngineTarget,
  owner: Owner,
  stages: readonly MigrationStage[],
  applied: readonly AppliedMigration[],
): Promise<Adoption> {
  const preview = await previewAdoption(session.client, target, stages, applied);
  if (!preview.tracker) return preview;
  const found = await findTracker(session.client, target.adopt!);
  const { client } = session;
  await client.query('begin');
  try {
    // The tool's lock, and with it the tool, waits for the end of this transaction.
    const locked = await (found?.tool.lock?.(client, preview.tracker) ?? tryTable(client, preview.tracker, 'share'));
    if (!locked) throw legacyBusy(preview.tracker, found?.tool.lockName);
    // Read again: the tool may have finished a migration before its lock was ours.
    const adoption = await previewAdoption(client, target, stages, applied);
    const refusal = adoption.findings.find(({ severity }) => severity === 'error');
    if (refusal) throw new EngineError(refusal.code as EngineError['code'], 'refused', refusal.message, { next: refusal.next });
    await write(client, target, owner, stages, adoption, found?.tool.lockName);
    await client.query([...markFlushed(target.ledger), 'commit'].join('; '));
    return adoption;
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}

/** @param lock the tool's own, which is held meanwhile: for the audit */
async function write(
  client: pg.Client,
  target: EngineTarget,
  owner: Owner,
  stages: readonly MigrationStage[],
  { tracker, rows }: Adoption,
  lock: string | undefined,
): Promise<void> {
  await client.query(
    `insert into ${identifier(target.ledger)}.applied_migrations
       (version, name, checksum, checksum_algorithm, statements_checksum, source, stage, deploy_id, epoch, note)
     select r.version, r.name, r.checksum, case when r.checksum is not null then $4 end, r."statementsChecksum", 'adopted', r.stage,
       $2, $3, r.note
     from pg_catalog.jsonb_to_recordset($1) as r(version text, name text, checksum text, "statementsChecksum" text, stage text, note text)`,
    [JSON.stringify(rows), owner.deployId, owner.epoch, CHECKSUM_ALGORITHM],
  );
  const files = stages.flatMap(({ migrations }) => migrations);
  const pending = target.adopt ? pendingVersions(target.adopt, files) : [];
  const detail = { ...tracker, lock, rows: rows.length, pending };
  await recordEvent(client, target, { kind: 'adopted', deployId: owner.deployId, detail });
}

function adoptedRow(
  claim: LegacyClaim,
  place: { readonly stage: string; readonly migration: Migration } | undefined,
  tracker: LegacyTracker,
): AppliedMigration {
  const proven = claim.content === 'same' ? place?.migration : undefined;
  return {
    version: claim.version,
    name: claim.name,
    checksum: proven?.checksum ?? null,
    statementsChecksum: proven ? fileFingerprint(proven) : null,
    source: 'adopted',
    stage: place?.stage ?? '',
    deployId: null,
    durationMs: null,
    late: false,
    note: `${tracker.tool} ${tracker.schema}.${tracker.table}${claim.assumed ? ', counted' : ''}`,
    position: 0,
    appliedAt: new Date(0),
  };
}

function missing(from: string): PlanFinding {
  return {
    severity: 'warning',
    code: 'LEGACY_MISSING',
    message: `no tracker of ${toolWords(from)} is in the database: it counts as new, and every file as pending`,
    next: 'If the database is not new, name the right schema and table under `adopt`.',
  };
}

/** No tracker: a new database is deployed to from the first file on; on one that holds something already, that would run files again. */
async function missingHere(client: pg.Client, { ledger }: EngineTarget, settings: AdoptSettings): Promise<PlanFinding> {
  const there = await inventory(client, ledger);
  if (there.count === 0 || settings.pending === 'all') return missing(settings.from);
  const namesakes = (await findNamesakes(client, settings)).map(
    ({ schema, table, columns }) =>
      `${schema}.${table} has the name of one and other columns (${Object.keys(columns).join(', ')})`,
  );
  const rest = there.count > there.some.length ? ` and ${there.count - there.some.length} more` : '';
  const what = `no tracker of ${toolWords(settings.from)} is in the database, and the database is not new: it holds ${there.some.join(', ')}${rest}`;
  return {
    severity: 'error',
    code: 'LEGACY_MISSING',
    message: [what, ...namesakes].join('; '),
    next: 'Every file would run again. Name the tracker under `adopt`: its schema and table, or another tool, or `from: table` with its columns. If nothing of these files is applied here: `adopt.pending: all`, or take `adopt` out. Nothing was changed.',
  };
}

const toolWords = (from: string): string => (from === 'auto' ? 'any known tool' : from);

function editedSince({ name, version }: LegacyClaim, { tool }: LegacyTracker): PlanFinding {
  return {
    severity: 'warning',
    code: 'LEGACY_EDITED',
    message: `${name} (version ${version}) is not the text that ${tool} ran: its checksum is another one`,
    next: 'It is adopted without a checksum. Restore the file where the edit was not meant.',
  };
}

function legacyBusy(tracker: LegacyTracker, lock: string | undefined): EngineError {
  const held = lock === undefined ? 'somebody writes to it' : `somebody holds its lock (${lock})`;
  return new EngineError('LOCK_BUSY', 'retry', `${tracker.tool} is at work on ${tracker.schema}.${tracker.table}: ${held}`, {
    next: 'Pawl keeps trying. End the other tool if it hangs.',
  });
}
