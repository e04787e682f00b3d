import type { Step } from '../apply/step.js';
import { sqlFailure } from '../apply/sql-failure.js';
import { EngineError } from '../error.js';
import type { Migration } from '../files/migration.js';
import { relationName, type RangeVar } from '../files/relation.js';
import { placeAt } from '../files/place.js';
import { type Statement } from '../files/statements.js';
import { withCatalogFirst } from '../postgres/catalog-first.js';
import type { Session } from '../postgres/connect.js';
import { isServerError } from '../postgres/sqlstate.js';
import type { EngineTarget } from '../target.js';
import { pieceOf } from './piece-of.js';
import { wantedBy, type Wanted } from './wanted.js';

/**
 * The steps that put on what a statement wants; none for one that is not about constraints and runs as it is.
 * @throws EngineError `CONSTRAINT_UNSUPPORTED`
 */
export function constraintSteps(
  target: Pick<EngineTarget, 'showValues'>,
  migration: Migration,
  statement: Statement,
): readonly Step[] {
  return wantedBy(migration, statement).flatMap((wanted) =>
    pieceOf({ target, migration, statement }, wanted).steps.map((step) => guarded(step, target, migration, statement, wanted)),
  );
}

/** Looks for the tables first, and words what PostgreSQL says to the looks of a step. */
function guarded(
  step: Step,
  target: Pick<EngineTarget, 'showValues'>,
  migration: Migration,
  statement: Statement,
  wanted: Wanted,
): Step {
  const guard = async <T>(session: Session, look: () => Promise<T>): Promise<T> => {
    try {
      return await withCatalogFirst(session.client, async () => {
        await requireTables(session, migration, statement, wanted);
        return look();
      });
    } catch (error) {
      throw isServerError(error) ? sqlFailure(error, { migration, statement, showValues: target.showValues }) : error;
    }
  };
  if (step.kind === 'step') return { ...step, prepare: (session) => guard(session, () => step.prepare(session)) };
  const { online } = step;
  return {
    ...step,
    online: {
      ...online,
      remember: (session) => guard(session, () => online.remember(session)),
      probe: (session, before, resumed) => guard(session, () => online.probe(session, before, resumed)),
    },
  };
}

async function requireTables(session: Session, migration: Migration, statement: Statement, wanted: Wanted): Promise<void> {
  const referenced = wanted.want === 'constraint' ? (wanted.fields['pktable'] as RangeVar | undefined) : undefined;
  for (const table of [wanted.table, ...(referenced ? [referenced] : [])]) {
    const name = relationName(table);
    const { rows } = await session.client.query<{ found: boolean }>('select pg_catalog.to_regclass($1) is not null as found', [
      name,
    ]);
    if (rows[0]!.found) continue;
    const place = placeAt(migration.sql, statement.start, migration.path);
    throw new EngineError('CONSTRAINT_NO_TABLE', 'blocked', `${place.file}:${place.line}: there is no table ${name}`, {
      next: 'Stages run in the order of the config: the one that creates the table (an exec stage, say) must stand before this one. Move it, then deploy again.',
      place,
      version: migration.version,
    });
  }
}
