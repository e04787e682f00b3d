import { existing } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';
import { fixedText, insertAfter } from './statement-fix.js';

export const ix003: Rule = {
  id: 'IX003',
  title: 'REINDEX without CONCURRENTLY',
  why: 'It stops all writers of the table while it builds, and every query whose plan looks at the index: in effect, everybody.',
  safe: 'REINDEX ... CONCURRENTLY builds the new index beside the old one.',
  growsWithTable: true,
  check: eachStatement((trace) => {
    const { node } = trace.statement;
    if (!('ReindexStmt' in node)) return undefined;
    const { kind, relation: name, params = [] } = node.ReindexStmt;
    if (params.some((param) => 'DefElem' in param && param.DefElem.defname === 'concurrently')) return undefined;
    const relation = existing(trace, name);
    const whole = kind !== 'REINDEX_OBJECT_INDEX' && kind !== 'REINDEX_OBJECT_TABLE';
    if (!relation && !whole) return undefined;
    const fix = insertAfter(
      trace.statement,
      /^reindex\s*(?:\([^)]*\)\s*)?(?:index|table|schema|database|system)\b/i,
      ' CONCURRENTLY',
    );
    return {
      statement: trace,
      relation: relation?.name,
      severity: 'error',
      work: whole ? undefined : 'index build',
      message: `Queries on ${relation?.name ?? 'every table that is reindexed'} wait until the index is built again.`,
      rewrite: `${fixedText(trace.statement, [fix])};`,
      fixes: fix && [fix],
    };
  }),
};
