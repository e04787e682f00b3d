import { counted } from '../../text/counted.js';
import { EngineError } from '../error.js';
import { relationName } from '../files/relation.js';
import type { Session } from '../postgres/connect.js';
import { isServerError } from '../postgres/sqlstate.js';
import { STATE } from '../postgres/states.js';
import type { PieceContext } from './piece.js';
import { violatedExclusion } from './violating-exclusion.js';
import { isName, violatedCheck, violatedForeignKey, violatedNotNull, violatedUnique, type Violation } from './violating-rows.js';
import type { Wanted } from './wanted.js';

/** At most so many keys are shown where values may be. */
const SHOWN = 5;

const FINDERS: Record<string, (session: Session, wanted: Wanted, context: PieceContext) => Promise<Violation | undefined>> = {
  [STATE.uniqueViolation]: violatedUnique,
  [STATE.foreignKeyViolation]: violatedForeignKey,
  [STATE.checkViolation]: violatedCheck,
  [STATE.notNullViolation]: violatedNotNull,
  [STATE.exclusionViolation]: violatedExclusion,
};

/**
 * Says of a constraint that rows violate how many, by which columns, and with which query a person finds them; values, and what
 * the file says in expressions, only where the target shows values. Another failure, or rows that cannot be counted in time, stay as PostgreSQL said.
 */
export function explainViolation(context: PieceContext, wanted: Wanted) {
  return async (session: Session, failure: EngineError): Promise<EngineError> => {
    const find = failure.sqlstate === undefined ? undefined : FINDERS[failure.sqlstate];
    try {
      const violation = await find?.(session, wanted, context);
      return violation ? await violated(session, context, wanted, violation, failure) : failure;
    } catch (error) {
      if (!isServerError(error)) throw error;
      return failure;
    }
  };
}

async function violated(
  session: Session,
  { target, migration }: PieceContext,
  wanted: Wanted,
  { fault, keys, query, instead }: Violation,
  failure: EngineError,
): Promise<EngineError> {
  const { rows } = await session.client.query<{ keys: string; rows: string }>(
    `select count(*) as keys, coalesce(sum(rows), 0) as rows from (${query}) violation`,
  );
  const found = rows[0]!;
  const shown = target.showValues ? await valuesOf(session, query, keys.length) : '';
  const where = failure.place ? `${failure.place.file}:${failure.place.line}` : migration.path;
  const secret = instead !== undefined && !target.showValues;
  const columns = `(${keys.map((key) => (secret && !isName(key) ? 'an expression' : key)).join(', ')})`;
  return new EngineError(
    'CONSTRAINT_VIOLATED',
    'blocked',
    `${where}: ${counted(found.rows, 'row')} of ${relationName(wanted.table)} ${Number(found.rows) === 1 ? 'violates' : 'violate'} the constraint (${fault}), ${counted(found.keys, 'key')} ${columns}${shown}`,
    {
      next: `${secret ? instead : `This finds them: ${query};`} Correct the rows, then retry: it continues at this step.`,
      place: failure.place,
      excerpt: failure.excerpt,
      sqlstate: failure.sqlstate,
      version: failure.version,
      cause: failure.cause,
    },
  );
}

async function valuesOf(session: Session, query: string, columns: number): Promise<string> {
  const { rows } = await session.client.query<unknown[]>({ text: `${query} order by 1 limit ${SHOWN + 1}`, rowMode: 'array' });
  const values = rows.slice(0, SHOWN).map((row) => `(${row.slice(0, columns).map(String).join(', ')})`);
  return `: ${values.join(', ')}${rows.length > SHOWN ? ', ...' : ''}`;
}
