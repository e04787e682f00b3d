import type { Control } from '../control.js';
import { EngineError } from '../error.js';
import { readFingerprint } from '../files/fingerprint.js';
import { loadGrammar } from '../files/statements.js';
import { newestPosition, putApplied, readApplied } from '../ledger/applied.js';
import { recordEvent, type EventDetails, type EventKind, type LedgerEvent } from '../ledger/events.js';
import { markFlushed } from '../ledger/flushed.js';
import { forgetIntents } from '../ledger/intents.js';
import { mirrorOf } from '../legacy/mirror.js';
import { withFence, withLock } from '../lease/with-lock.js';
import { upToDate } from '../plan/pending.js';
import type { MigrationStage } from '../files/stage.js';
import { identifier } from '../postgres/quote.js';
import type { EngineTarget, Owner } from '../target.js';

type OperatorKind = Extract<EventKind, `operator.${string}`>;

/**
 * Writes an operator's decision into the audit, once.
 * @param key the same for each attempt to write the same decision
 * @param more what the audit keeps beside it
 */
export async function recordDecision(
  target: EngineTarget,
  owner: Owner,
  event: Omit<LedgerEvent<OperatorKind>, 'detail'>,
  key: string,
  control: Control,
  more: Omit<EventDetails['operator.approve'], 'decision'> = {},
): Promise<void> {
  const { deployId } = owner;
  await withLock(target, owner, control, async ({ client }) => {
    const { rowCount } = await client.query(
      `select from ${identifier(target.ledger)}.events where deploy_id = $1 and detail->>'decision' = $2`,
      [deployId, key],
    );
    if (rowCount === 0) await recordEvent(client, target, { ...event, deployId, detail: { decision: key, ...more } });
  });
}

/**
 * Puts a migration into the applied set without running it. Under the lock and with a new epoch, so that an attempt with an unknown
 * outcome is over first: if it did commit, the row is there already and stays as it is.
 * @returns the new epoch, which the deploy goes on with, and the position of the newest row
 */
export async function skipMigration(
  target: EngineTarget,
  owner: Owner,
  stages: readonly MigrationStage[],
  decision: { readonly version: string; readonly by: string; readonly reason: string },
  control: Control,
): Promise<{ epoch: number; outcome: 'skipped' | 'already'; name: string; position: number }> {
  await loadGrammar();
  const stage = stages.find(({ migrations }) => migrations.some((migration) => migration.version === decision.version));
  const migration = stage?.migrations.find(({ version }) => version === decision.version);
  if (!stage || !migration) {
    throw new EngineError('LEDGER_INCOMPLETE', 'refused', `no file has version ${decision.version}`, {
      next: 'Name a version that `pawl plan` lists.',
    });
  }
  return withFence(target, owner, control, async ({ client }, fenced) => {
    const { name } = migration;
    const { epoch } = fenced;
    if (upToDate([stage], await readApplied(client, target.ledger)).has(decision.version))
      return { epoch, outcome: 'already', name, position: await newestPosition(client, target.ledger) };
    const rows = putApplied(target.ledger, fenced, {
      migration,
      statementsChecksum: await readFingerprint(migration),
      stage: stage.name,
      late: false,
      source: 'skipped',
      note: `skipped by ${decision.by}: ${decision.reason}`,
      before: null,
    });
    const mirrored = (await mirrorOf(client, target, stages))?.add(migration) ?? [];
    await client.query(
      ['begin', ...rows, ...mirrored, forgetIntents(target.ledger, decision.version), ...markFlushed(target.ledger)].join('; '),
    );
    await recordEvent(client, target, { kind: 'migration.skipped', deployId: owner.deployId, ...decision });
    await client.query('commit');
    return { epoch, outcome: 'skipped', name, position: await newestPosition(client, target.ledger) };
  });
}
