import { alterCommands } from './alter-command.js';
import type { Rule } from './rule.js';

export const lk004: Rule = {
  id: 'LK004',
  title: 'several passes over one table',
  why: 'Each ALTER TABLE that rewrites or reads the table does so by itself; the table is locked for all of them.',
  safe: 'Combine them: ALTER TABLE t <one>, <other>; makes one pass.',
  growsWithTable: true,
  check({ statements }) {
    const passes = new Map<string, number>();
    return statements.flatMap((trace) => {
      const relation = alterCommands(trace)[0]?.relation;
      const mine = relation && trace.touched.find(({ oid }) => oid === relation.oid);
      if (!relation || !mine || mine.work.length === 0) return [];
      const count = (passes.get(relation.oid) ?? 0) + 1;
      passes.set(relation.oid, count);
      const message = `This is pass ${count} over ${relation.name} in this file.`;
      return count === 1 ? [] : [{ statement: trace, relation: relation.name, severity: 'warning' as const, message }];
    });
  },
};
