import { existing } from './alter-command.js';
import { perPartition } from './ix001-create-index.js';
import { eachStatement, type Rule } from './rule.js';

export const ix005: Rule = {
  id: 'IX005',
  title: 'CREATE INDEX CONCURRENTLY on a partitioned table',
  why: 'PostgreSQL refuses it (SQLSTATE 0A000): the migration fails.',
  safe: 'Create the index ON ONLY the parent, build it CONCURRENTLY on each partition, and attach those.',
  check: eachStatement((trace) => {
    const { node } = trace.statement;
    if (!('IndexStmt' in node) || !node.IndexStmt.concurrent) return undefined;
    const relation = existing(trace, node.IndexStmt.relation);
    if (relation?.kind !== 'p') return undefined;
    return {
      statement: trace,
      relation: relation.name,
      severity: 'error',
      message: `${relation.name} is partitioned: its index cannot be built concurrently in one statement.`,
      rewrite: perPartition(trace, node.IndexStmt, relation),
    };
  }),
};
