import type { Migration } from '../files/migration.js';
import { nodeOf, type Statement } from '../files/statements.js';
import { onlineStatement } from './online/classify.js';
import type { OnlineStatement } from './online/statement.js';
import type { Step, TransactionStep } from './step.js';

/**
 * A stretch of a migration that commits as one. Most migrations are one transaction; a statement that PostgreSQL refuses inside
 * a transaction stands alone, and so does one whose effect the next statements need committed. A `session` segment only sets
 * parameters of the session (SET search_path), which a resumed migration needs again.
 */
export type Segment =
  | { readonly kind: 'transaction' | 'session'; readonly first: number; readonly statements: readonly Statement[] }
  | { readonly kind: 'online'; readonly first: number; readonly statement: Statement; readonly online: OnlineStatement }
  | { readonly kind: 'step'; readonly first: number; readonly statement: Statement; readonly step: TransactionStep };

/** The steps that a statement is put on in; none for one that runs as it is. */
export type StepsOf = (statement: Statement) => readonly Step[];

/**
 * Splits a migration into segments; `first` is the number that its first statement, or its step, has in the journal: each of both has
 * one, in the order of the file.
 */
export function segmentsOf(migration: Migration, statements: readonly Statement[], stepsOf: StepsOf = () => []): Segment[] {
  const segments: Segment[] = [];
  let open: { kind: 'transaction' | 'session'; first: number; statements: Statement[] } | undefined;
  let next = 0;
  statements.forEach((statement, index) => {
    const steps = stepsOf(statement);
    const online = steps.length === 0 ? onlineStatement(statement, autocommitReason(migration, statement)) : undefined;
    for (const step of online ? [{ kind: 'online' as const, online }] : steps) {
      open = undefined;
      segments.push(
        step.kind === 'online'
          ? { kind: 'online', first: next++, statement, online: step.online }
          : { kind: 'step', first: next++, statement, step },
      );
    }
    if (online || steps.length > 0) return;
    const kind = setsSession(statement) ? 'session' : 'transaction';
    if (!open || (open.kind === 'session' && kind === 'transaction')) {
      open = { kind, first: next, statements: [] };
      segments.push(open);
    }
    open.statements.push(statement);
    next += 1;
    if (migration.transaction === 'none' || addsLabelThatIsUsed(statement, statements.slice(index + 1))) open = undefined;
  });
  return isOneTransaction(segments) ? [{ kind: 'transaction', first: 0, statements }] : segments;
}

/** The statements that a segment consists of; a step has the one that it is a piece of. */
export function statementsOf(segment: Segment): readonly Statement[] {
  return segment.kind === 'online' || segment.kind === 'step' ? [segment.statement] : segment.statements;
}

/** Settings at the head of an ordinary migration belong to its one transaction. */
function isOneTransaction([first, second, ...rest]: readonly Segment[]): boolean {
  return first?.kind === 'session' && second?.kind === 'transaction' && rest.length === 0;
}

/** A setting of the session, which the statements after it may need to find their tables. */
export function setsSession(statement: Statement): boolean {
  const [type, fields] = nodeOf(statement);
  return type === 'VariableSetStmt' && fields['is_local'] !== true;
}

/** `-- pawl:autocommit <reason>` on a line before a statement opts it out of transactions; the author says that repeating it is fine. */
function autocommitReason(migration: Migration, statement: Statement): string | undefined {
  const line = migration.sql.slice(0, statement.start).split('\n').length;
  const before = migration.directives.filter((directive) => directive.name === 'autocommit' && directive.line < line);
  const last = before.at(-1);
  if (!last) return undefined;
  const between = migration.sql.split('\n').slice(last.line, line - 1);
  return between.every((text) => /^\s*(--.*)?$/.test(text)) ? last.argument || 'no reason given' : undefined;
}

/** A label that ALTER TYPE ... ADD VALUE adds cannot be used in the same transaction (SQLSTATE 55P04). */
function addsLabelThatIsUsed(statement: Statement, later: readonly Statement[]): boolean {
  const [type, fields] = nodeOf(statement);
  if (type !== 'AlterEnumStmt' || typeof fields['newVal'] !== 'string' || fields['oldVal'] !== undefined) return false;
  const label = fields['newVal'];
  return later.some((other) => other.text.includes(label));
}
