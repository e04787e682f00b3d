import { strings } from '../facts/named.js';
import { factKey } from '../facts/facts.js';
import { eachStatement, type Rule } from './rule.js';
import { fixedText, insertAfter } from './statement-fix.js';

export const ix002: Rule = {
  id: 'IX002',
  title: 'DROP INDEX without CONCURRENTLY',
  why: 'It locks the table for everybody. It waits for the longest query on the table, and all later queries wait behind it.',
  safe: 'DROP INDEX CONCURRENTLY waits without stopping anybody.',
  growsWithTable: true,
  check: eachStatement((trace) => {
    const { node } = trace.statement;
    if (!('DropStmt' in node) || node.DropStmt.removeType !== 'OBJECT_INDEX' || node.DropStmt.concurrent) return undefined;
    const objects = node.DropStmt.objects ?? [];
    const relation = objects
      .flatMap((object) => ('List' in object ? [trace.facts.relations.get(factKey(strings(object.List.items ?? [])))] : []))
      .find((found) => found?.existing);
    if (!relation) return undefined;
    // DROP INDEX CONCURRENTLY takes one index, without CASCADE, and none of a partitioned table.
    const possible = objects.length === 1 && relation.kind !== 'p' && node.DropStmt.behavior !== 'DROP_CASCADE';
    const fix = possible ? insertAfter(trace.statement, /^drop\s+index\b/i, ' CONCURRENTLY') : undefined;
    return {
      statement: trace,
      relation: relation.name,
      severity: 'warning',
      waits: { who: 'Readers and writers', how: 'until the lock is granted and the migration is committed' },
      message: '',
      rewrite: fix && `${fixedText(trace.statement, [fix])};`,
      fixes: fix && [fix],
    };
  }),
};
