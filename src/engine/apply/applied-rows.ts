import { putApplied } from '../ledger/applied.js';
import type { Mirror } from '../legacy/mirror.js';
import type { ApplyContext } from './context.js';
import type { Prepared } from './prepared.js';

/**
 * Statements for the rows that say that a migration is applied; they commit with the end of it.
 * @param mirror rows for the tracker of the tool that was here before
 * @param before milliseconds that it took before the transaction of the rows
 */
export function appliedRows(
  { target, owner, stage }: ApplyContext,
  { migration, statementsChecksum, late }: Prepared,
  mirror: Mirror | undefined,
  before: number,
): string[] {
  const row = { migration, statementsChecksum, stage, late, source: 'applied' as const, before };
  return [...putApplied(target.ledger, owner, row), ...(mirror?.add(migration) ?? [])];
}
