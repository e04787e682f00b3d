import { backfillOf, type Backfill } from '../files/backfill/backfill.js';
import type { Migration } from '../files/migration.js';
import { nodeOf, type Statement } from '../files/statements.js';
import type { Resume } from '../plan/half-applied.js';
import { autocommits } from './autocommits.js';
import { onlineStatement } from './online/classify.js';
import type { OnlineStatement } from './online/statement.js';
import type { Step, TransactionStep } from './step.js';

/**
 * A stretch of a migration that commits as one. Most migrations are one transaction; a statement that PostgreSQL refuses inside
 * a transaction stands alone, and so does one whose effect the next statements need committed. A `session` segment only sets
 * parameters of the session (SET search_path). `first` is the number of its first statement in the file.
 */
export type Segment =
  | { readonly kind: 'transaction' | 'session'; readonly first: number; readonly statements: readonly Statement[] }
  | (StepPlace & {
      readonly kind: 'online';
      readonly first: number;
      readonly statement: Statement;
      readonly online: OnlineStatement;
    })
  | (StepPlace & {
      readonly kind: 'step';
      readonly first: number;
      readonly statement: Statement;
      readonly step: TransactionStep;
    })
  | (StepPlace & {
      readonly kind: 'backfill';
      readonly first: number;
      readonly statement: Statement;
      readonly backfill: Backfill;
    });

/** Which of how many steps of its statement a segment is; a statement that runs as it is has one. */
export interface StepPlace {
  readonly index: number;
  readonly of: number;
}

/** The steps that a statement is put on in; none for one that runs as it is. */
export type StepsOf = (statement: Statement) => readonly Step[];

/**
 * Splits what is still to run of a migration into segments.
 * @param from what is committed already; it is left out, wherever the segments would have their borders
 */
export function segmentsOf(
  migration: Migration,
  statements: readonly Statement[],
  stepsOf: StepsOf = () => [],
  from: Pick<Resume, 'done' | 'running'> = { done: 0 },
): Segment[] {
  const segments: Segment[] = [];
  const autocommit = autocommits(migration);
  const backfill = backfillOf(migration, statements);
  let open: { kind: 'transaction' | 'session'; first: number; statements: Statement[] } | undefined;
  for (let first = from.done; first < statements.length; first++) {
    const statement = statements[first]!;
    if (statement === backfill?.statement) {
      segments.push({ kind: 'backfill', first, statement, backfill, index: 0, of: 1 });
      continue;
    }
    const own = stepsOf(statement);
    const alone = own.length === 0 ? onlineStatement(statement, autocommit(statement)) : undefined;
    const steps: readonly Step[] = alone ? [{ kind: 'online', online: alone }] : own;
    if (steps.length > 0) {
      const committed = first === from.done ? (from.running?.detail.steps ?? 0) : 0;
      segments.push(...steps.slice(committed).map((step, n) => stepSegment(step, statement, first, committed + n, steps.length)));
      open = undefined;
      continue;
    }
    const kind = setsSession(statement) ? 'session' : 'transaction';
    if (!open || (open.kind === 'session' && kind === 'transaction')) {
      open = { kind, first, statements: [] };
      segments.push(open);
    }
    open.statements.push(statement);
    if (migration.transaction === 'none' || addsLabelThatIsUsed(migration, statements, first)) open = undefined;
  }
  return isOneTransaction(segments)
    ? [{ kind: 'transaction', first: from.done, statements: statements.slice(from.done) }]
    : segments;
}

function stepSegment(step: Step, statement: Statement, first: number, index: number, of: number): Segment {
  return step.kind === 'online'
    ? { kind: 'online', first, statement, online: step.online, index, of }
    : { kind: 'step', first, statement, step, index, of };
}

/** The statements that a segment consists of; a step has the one that it is a piece of. */
export function statementsOf(segment: Segment): readonly Statement[] {
  return 'statement' in segment ? [segment.statement] : segment.statements;
}

/** Settings at the head of an ordinary migration belong to its one transaction. */
function isOneTransaction([first, second, ...rest]: readonly Segment[]): boolean {
  return first?.kind === 'session' && second?.kind === 'transaction' && rest.length === 0;
}

/** A setting of the session, which the statements after it may need to find their tables. */
export function setsSession(statement: Statement): boolean {
  const { type } = statement;
  if (type === 'VariableSetStmt') {
    const fields = nodeOf(statement)[1];
    return fields['is_local'] !== true && fields['name'] !== 'TRANSACTION';
  }
  return (
    type === 'SelectStmt' &&
    /^select\s+(pg_catalog\s*\.\s*)?set_config\s*\([^()]*,\s*(false|'f(alse)?')\s*\)$/i.test(statement.text)
  );
}

/** A label that ALTER TYPE ... ADD VALUE adds cannot be used in the same transaction (SQLSTATE 55P04). */
function addsLabelThatIsUsed({ sql }: Migration, statements: readonly Statement[], index: number): boolean {
  const statement = statements[index]!;
  if (statement.type !== 'AlterEnumStmt') return false;
  const fields = nodeOf(statement)[1];
  if (typeof fields['newVal'] !== 'string' || fields['oldVal'] !== undefined) return false;
  const label = fields['newVal'].replaceAll("'", "''");
  if (sql.lastIndexOf(label) < statement.end) return false;
  return statements.slice(index + 1).some((other) => other.text.includes(label));
}
