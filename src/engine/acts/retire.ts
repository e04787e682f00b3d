import type pg from 'pg';
import type { Control } from '../control.js';
import { EngineError } from '../error.js';
import { readApplied } from '../ledger/applied.js';
import { recordEvent } from '../ledger/events.js';
import { ledgerExists } from '../ledger/header.js';
import { withLock } from '../lease/with-lock.js';
import type { MigrationStage } from '../files/stage.js';
import { read } from '../postgres/read.js';
import { isServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import type { EngineTarget, Owner } from '../target.js';
import { adoptedTracker, type AdoptedTracker } from '../legacy/adopted-tracker.js';
import { beyondLedger } from '../legacy/divergence.js';
import { tryTable } from '../legacy/table-lock.js';
import { findTables, relation } from '../legacy/tables.js';
import type { LegacyTool } from '../legacy/tool.js';
import { LEGACY_TOOLS } from '../legacy/tools.js';

/** What `adopt --retire` would drop. */
export interface Retirement {
  readonly tracker: AdoptedTracker;
  /** The tracker and what goes with it, `schema.table`, quoted. */
  readonly tables: readonly string[];
}

/**
 * What of the adopted tool is still there; undefined where nothing was adopted, or all is gone.
 * @throws EngineError `LEGACY_RETIRE` where it may not go
 */
export function planRetirement(target: EngineTarget, stages: readonly MigrationStage[]): Promise<Retirement | undefined> {
  return read(target.url, 'pawl:adopt', async (client) =>
    (await ledgerExists(client, target.ledger)) ? retirement(client, target, stages) : undefined,
  );
}

/**
 * Drops the tracker that was adopted, and says so in the audit, in one transaction under the lock, while the tool's own lock is held.
 * @returns the tables that are gone; none where they were gone already
 * @throws EngineError `LEGACY_RETIRE` where it may not go, `LOCK_BUSY` while somebody uses it
 */
export async function retireTracker(
  target: EngineTarget,
  owner: Owner,
  stages: readonly MigrationStage[],
  decision: { readonly by: string; readonly reason: string },
  control: Control,
): Promise<readonly string[]> {
  return withLock(target, owner, control, async ({ client }) => {
    const found = await retirement(client, target, stages);
    if (!found) return [];
    const { tracker, tables } = found;
    await client.query('begin');
    try {
      if (!(await seized(client, tracker))) throw inUse(tracker);
      // Again: the tool may have done something before its lock was ours.
      await retirement(client, target, stages);
      // No CASCADE: what somebody has built upon it is not ours to drop.
      await client.query(`drop table ${tables.join(', ')}`);
      await recordEvent(client, target, { kind: 'adopted.retired', deployId: owner.deployId, ...decision, detail: { tables } });
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw isServerError(error) && error.code === STATE.dependentObjectsStillExist
        ? dependedUpon(tracker, error.detail ?? error.message)
        : error;
    }
    return tables;
  });
}

async function retirement(
  client: pg.Client,
  target: EngineTarget,
  stages: readonly MigrationStage[],
): Promise<Retirement | undefined> {
  const tracker = await adoptedTracker(client, target.ledger);
  const tool = LEGACY_TOOLS.find(({ name }) => name === tracker?.tool);
  if (!tracker) return undefined;
  const tables = await tablesOf(client, tracker, tool);
  if (tables.length === 0) return undefined;
  if (tool?.keep !== undefined) throw refused(tracker, tool.keep, 'Leave it where it is; it costs nothing.');
  if (target.adopt?.mirror) {
    throw refused(
      tracker,
      'it is still written: `adopt.mirror` is true',
      'Take `mirror` out of the config, deploy, and retire it then.',
    );
  }
  const { claims: beyond, dirty } = await beyondLedger(client, target, tracker, stages, await readApplied(client, target.ledger));
  if (dirty[0]) throw dirty[0];
  if (beyond.length > 0) {
    const versions = beyond.map(({ version }) => version);
    const listed = versions.slice(0, 5).join(', ') + (versions.length > 5 ? ` and ${versions.length - 5} more` : '');
    throw refused(
      tracker,
      `it claims what the ledger does not hold: ${listed}`,
      'See `pawl plan`. Deploy what is pending; or record what is applied: `pawl ledger mark-applied <version> --reason "..."`.',
    );
  }
  const owner = await strangeOwner(client, tables);
  if (owner !== undefined) throw refused(tracker, `it belongs to ${owner}`, `Do it as a user who is a member of ${owner}.`);
  return { tracker, tables };
}

/** The owner of a table that the user may not drop. */
async function strangeOwner(client: pg.Client, tables: readonly string[]): Promise<string | undefined> {
  const { rows } = await client.query<{ owner: string }>(
    `select pg_catalog.pg_get_userbyid(relowner) as owner from pg_catalog.pg_class
     where oid = any($1::regclass[]::oid[]) and not pg_catalog.pg_has_role(current_user, relowner, 'usage')`,
    [tables],
  );
  return rows[0]?.owner;
}

async function tablesOf(client: pg.Client, tracker: AdoptedTracker, tool: LegacyTool | undefined): Promise<string[]> {
  const companions = tool?.companions ?? {};
  const found = await findTables(client, [tracker.table, ...Object.keys(companions)], tracker.schema);
  if (!found.some(({ table }) => table === tracker.table)) return [];
  return found
    .filter(({ table, columns }) => (companions[table] ?? []).every((column) => column in columns))
    .map((table) => relation(table));
}

/** The tool's own lock, and the table itself against everybody, readers too. */
async function seized(client: pg.Client, tracker: AdoptedTracker): Promise<boolean> {
  const tool = LEGACY_TOOLS.find(({ name }) => name === tracker.tool);
  if (tool?.lock && !(await tool.lock(client, tracker))) return false;
  return tryTable(client, tracker, 'access exclusive');
}

function refused({ tool, schema, table }: AdoptedTracker, why: string, next: string): EngineError {
  return new EngineError('LEGACY_RETIRE', 'refused', `${tool}'s tracker ${schema}.${table} cannot be retired: ${why}`, { next });
}

function inUse({ tool, schema, table }: AdoptedTracker): EngineError {
  return new EngineError(
    'LOCK_BUSY',
    'retry',
    `${tool}'s tracker ${schema}.${table} is in use: somebody holds its lock or reads it`,
    {
      next: `End what still uses it, and try again. Nothing was changed.`,
    },
  );
}

function dependedUpon(tracker: AdoptedTracker, detail: string): EngineError {
  return refused(tracker, detail.replaceAll('\n', '; '), 'Drop what depends on it first, or leave the tracker where it is.');
}
