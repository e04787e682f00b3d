import type { Statement } from '../../engine/files/statements.js';

/** Savepoints stay inside the transaction. */
const INSIDE = new Set(['TRANS_STMT_SAVEPOINT', 'TRANS_STMT_RELEASE', 'TRANS_STMT_ROLLBACK_TO']);

/** Whether a statement would end the transaction that a deploy runs it in, or the session's lock. */
export function endsTransaction({ node }: Statement): boolean {
  if ('TransactionStmt' in node) return !INSIDE.has(node.TransactionStmt.kind ?? '');
  return 'DiscardStmt' in node && node.DiscardStmt.target === 'DISCARD_ALL';
}
