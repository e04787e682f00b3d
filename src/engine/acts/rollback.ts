import type { Control } from '../control.js';
import { EngineError } from '../error.js';
import { loadGrammar } from '../files/statements.js';
import type { Migration } from '../files/migration.js';
import { readApplied } from '../ledger/applied.js';
import { recordEvent } from '../ledger/events.js';
import { forgetIntents, writeIntent } from '../ledger/intents.js';
import { applicationName } from '../lease/application.js';
import { mirrorOf } from '../legacy/mirror.js';
import { withLock } from '../lease/with-lock.js';
import type { MigrationStage } from '../files/stage.js';
import { identifier, literal } from '../postgres/quote.js';
import type { EngineTarget, Owner } from '../target.js';
import { inspectMigration } from '../files/inspect.js';
import { observed } from '../apply/observer.js';
import { segmentsOf } from '../apply/segments.js';
import { runTransaction } from '../apply/transaction.js';

export interface RolledBack {
  readonly version: string;
  readonly name: string;
}

/**
 * Undoes the newest applied migration: its down file and the removal of its row, in one transaction.
 * @throws EngineError `ROLLBACK_IMPOSSIBLE` when there is nothing, no down file, or a down file that cannot be one transaction
 */
export async function rollbackNewest(
  target: EngineTarget,
  owner: Owner,
  stages: readonly MigrationStage[],
  decision: { readonly by: string; readonly reason?: string | undefined },
  control: Control,
): Promise<RolledBack> {
  await loadGrammar();
  return withLock(target, owner, control, async (session) => {
    const applied = await readApplied(session.client, target.ledger);
    const newest = applied.at(-1);
    const migration = stages.flatMap((stage) => stage.migrations).find(({ version }) => version === newest?.version);
    const down = downMigration(newest, migration);
    const statements = inspectMigration(down);
    if (segmentsOf(down, statements).some((segment) => segment.kind === 'online'))
      throw impossible(`${down.path} holds a statement that cannot run in a transaction`, 'Undo it with a new migration.');
    const mirror = await mirrorOf(session.client, target, stages);
    const mirrored = mirror?.remove(
      down,
      applied.map(({ version }) => version),
    );
    const doing = { version: down.version, name: down.name, doing: 'rolling back' };
    control.signal.throwIfAborted();
    await observed(session, target, control, doing, () =>
      runTransaction(session, {
        migration: down,
        statements,
        start: 0,
        end: down.sql.length,
        rows: [...fencedDelete(target, owner, down.version), ...(mirrored ?? [])],
        application: applicationName(owner, down.version),
        fresh: true,
        reset: true,
        showValues: target.showValues,
      }),
    );
    await recordEvent(session.client, target, {
      kind: 'migration.rolled-back',
      deployId: owner.deployId,
      version: down.version,
      ...decision,
    });
    return { version: down.version, name: newest!.name };
  });
}

/** The deferred trigger guards rows that come; for one that goes, a row comes and goes with it. */
function fencedDelete(target: EngineTarget, owner: Owner, version: string): string[] {
  const ledger = identifier(target.ledger);
  return [
    writeIntent(target.ledger, owner, { version, statement: 0, hash: '', state: 'done', detail: {} }),
    'set constraints all immediate',
    forgetIntents(target.ledger, version),
    `delete from ${ledger}.applied_migrations where version = ${literal(version)}`,
  ];
}

function downMigration(newest: RolledBack | undefined, migration: Migration | undefined): Migration {
  if (!newest) throw impossible('nothing is applied', 'There is nothing to roll back.');
  if (!migration)
    throw impossible(`no file has version ${newest.version} (${newest.name})`, 'Check out the release that has it.');
  if (!migration.down) throw impossible(`${migration.path} has no down file`, 'Undo it with a new migration.');
  return { ...migration, path: migration.down.path, sql: migration.down.sql };
}

function impossible(message: string, next: string): EngineError {
  return new EngineError('ROLLBACK_IMPOSSIBLE', 'refused', message, { next });
}
