import type { IndexStmt } from '@pgsql/types';
import type { RelationFacts } from '../facts/facts.js';
import { bareName, joinedName } from '../sql-name.js';
import type { StatementTrace } from '../trace/statement-trace.js';
import { existing } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';
import { fixedText, insertAfter } from './statement-fix.js';

export const ix001: Rule = {
  id: 'IX001',
  title: 'CREATE INDEX without CONCURRENTLY',
  why: 'It takes a SHARE lock: every INSERT, UPDATE and DELETE waits until the whole index is built.',
  safe: 'CREATE INDEX CONCURRENTLY lets writers continue. Pawl runs it outside a transaction and repairs what a crash leaves.',
  growsWithTable: true,
  check: eachStatement((trace) => {
    const { node } = trace.statement;
    if (!('IndexStmt' in node) || node.IndexStmt.concurrent) return undefined;
    const relation = existing(trace, node.IndexStmt.relation);
    if (!relation || (relation.kind === 'p' && !node.IndexStmt.relation?.inh)) return undefined;
    const fix =
      relation.kind === 'p' ? undefined : insertAfter(trace.statement, /^create\s+(?:unique\s+)?index\b/i, ' CONCURRENTLY');
    return {
      statement: trace,
      relation: relation.name,
      severity: 'error',
      work: 'index build',
      waits: { who: 'Writers', how: 'until the index is built' },
      message: '',
      rewrite: relation.kind === 'p' ? perPartition(trace, node.IndexStmt, relation) : `${fixedText(trace.statement, [fix])};`,
      fixes: fix && [fix],
    };
  }),
};

/** PostgreSQL has no CONCURRENTLY for a partitioned table: the parent's index becomes valid when each partition's is attached. */
export function perPartition(trace: StatementTrace, { idxname, unique }: IndexStmt, relation: RelationFacts): string {
  const name = idxname ?? joinedName(bareName(relation.name), 'idx');
  const definition = /\(.*$/s.exec(trace.statement.text)?.[0] ?? '(...)';
  const create = `CREATE ${unique ? 'UNIQUE ' : ''}INDEX`;
  return [
    `${create} ${name} ON ONLY ${relation.name} ${definition};`,
    '-- for each partition:',
    `${create} CONCURRENTLY partition_${name} ON partition ${definition};`,
    `ALTER INDEX ${name} ATTACH PARTITION partition_${name};`,
  ].join('\n');
}
