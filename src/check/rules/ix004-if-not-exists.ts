import { eachStatement, type Rule } from './rule.js';
import { fixedText, remove } from './statement-fix.js';

export const ix004: Rule = {
  id: 'IX004',
  title: 'CREATE INDEX CONCURRENTLY IF NOT EXISTS',
  why: 'A build that was cut short leaves an INVALID index under the name. IF NOT EXISTS takes it for the wanted one and reports success; no query ever uses it. An index with another definition under that name passes, too.',
  safe: 'Leave IF NOT EXISTS out: Pawl looks whether the index is there, valid and the same, and builds it again where it is not.',
  check: eachStatement((trace) => {
    const { node } = trace.statement;
    if (!('IndexStmt' in node) || !node.IndexStmt.concurrent || !node.IndexStmt.if_not_exists) return undefined;
    const fix = remove(trace.statement, /\s+if\s+not\s+exists\b/i);
    return {
      statement: trace,
      severity: 'warning',
      message: `IF NOT EXISTS would take an INVALID index ${node.IndexStmt.idxname ?? ''} for the wanted one.`,
      rewrite: `${fixedText(trace.statement, [fix])};`,
      fixes: fix && [fix],
    };
  }),
};
