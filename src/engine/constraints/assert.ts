import { inspectMigration } from '../files/inspect.js';
import { setsSession } from '../apply/segments.js';
import type { Control } from '../control.js';
import { loadGrammar } from '../files/statements.js';
import { readApplied } from '../ledger/applied.js';
import { withLock } from '../lease/with-lock.js';
import type { MigrationStage } from '../files/stage.js';
import { withinReach } from '../files/up-to.js';
import { withCatalogFirst } from '../postgres/catalog-first.js';
import type { Session } from '../postgres/connect.js';
import { OWN_PATH, resetStatements } from '../postgres/settings.js';
import type { EngineTarget, Owner } from '../target.js';
import { pieceOf } from './piece-of.js';
import { wantedBy } from './wanted.js';

/**
 * Proves that each constraint of a stage, applied now or long ago, exists with the wanted definition and is validated;
 * except those that an operator chose to go without.
 * @returns how many were proved
 * @throws EngineError `CONSTRAINT_MISSING`, `CONSTRAINT_CONFLICT`, `INDEX_CONFLICT`
 */
export async function assertConstraints(
  target: EngineTarget,
  owner: Owner,
  stage: MigrationStage,
  control: Control,
): Promise<number> {
  return withLock(target, owner, control, (session) => assertConstraintsOn(session, target, stage));
}

/** As {@link assertConstraints}, on a session that holds the lock. */
export async function assertConstraintsOn(session: Session, target: EngineTarget, stage: MigrationStage): Promise<number> {
  await loadGrammar();
  const applied = await readApplied(session.client, target.ledger);
  const skipped = new Set(applied.filter((row) => row.source === 'skipped').map((row) => row.version));
  const proved = new Set<string>();
  for (const migration of withinReach(stage).filter(({ version }) => !skipped.has(version))) {
    // Names without a schema mean what they meant to the migration.
    await session.client.query(OWN_PATH);
    for (const statement of inspectMigration(migration)) {
      if (setsSession(statement)) await session.client.query(statement.text);
      for (const wanted of wantedBy(migration, statement)) {
        const piece = pieceOf({ target, migration, statement }, wanted);
        await withCatalogFirst(session.client, () => piece.prove(session));
        proved.add(piece.subject);
      }
    }
    await session.client.query(resetStatements(session.settings));
  }
  return proved.size;
}
