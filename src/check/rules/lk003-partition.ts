import { joinedName, bareName } from '../sql-name.js';
import type { RelationLock } from '../report.js';
import type { StatementTrace } from '../trace/statement-trace.js';
import { alterCommands } from './alter-command.js';
import type { Problem, Rule } from './rule.js';

export const lk003: Rule = {
  id: 'LK003',
  title: 'a partition that comes or goes under lock',
  why: 'ATTACH reads every row of the new partition, and of the default partition if there is one, unless a CHECK proves that they fit. DETACH without CONCURRENTLY locks the whole partitioned table for everybody.',
  safe: 'Before ATTACH add a CHECK with the bounds, NOT VALID and then VALIDATE, to the partition (and its opposite to the default one). Use DETACH PARTITION ... CONCURRENTLY.',
  growsWithTable: true,
  check: ({ statements, locks }) => statements.flatMap((trace) => [...attached(trace, locks), ...detached(trace)]),
};

/** Which rows are read depends on what PostgreSQL can prove: that is measured. */
function attached(trace: StatementTrace, locks: readonly RelationLock[]): Problem[] {
  const { node } = trace.statement;
  const attaches = alterCommands(trace).some(({ command }) => command.subtype === 'AT_AttachPartition');
  const creates = 'CreateStmt' in node && node.CreateStmt.partbound !== undefined;
  if (!attaches && !creates) return [];
  return locks
    .filter(({ statement, work }) => statement === trace.index && work.includes('scan'))
    .map(({ relation, blocks }) => {
      const name = joinedName(bareName(relation), 'bounds');
      return {
        statement: trace,
        relation,
        severity: 'error' as const,
        work: 'scan' as const,
        message: `${blocks.includes('reads') ? 'Readers and writers' : 'Writers'} of ${relation} wait while every row of it is checked against the bounds.`,
        rewrite: `ALTER TABLE ${relation} ADD CONSTRAINT ${name} CHECK (<rows fit the bounds>) NOT VALID;\n-- in the next migration:\nALTER TABLE ${relation} VALIDATE CONSTRAINT ${name};\n-- then this statement; and drop ${name} afterwards`,
      };
    });
}

function detached(trace: StatementTrace): Problem[] {
  return alterCommands(trace).flatMap(({ relation, command, text }) => {
    const partition = command.def && 'PartitionCmd' in command.def ? command.def.PartitionCmd : undefined;
    if (command.subtype !== 'AT_DetachPartition' || partition?.concurrent) return [];
    // With a default partition PostgreSQL refuses CONCURRENTLY.
    const possible = !relation.hasDefaultPartition;
    return [
      {
        statement: trace,
        relation: relation.name,
        severity: 'warning' as const,
        message: `All queries of ${relation.name}, on every partition, wait for the lock.`,
        rewrite: possible ? `ALTER TABLE ${relation.name} ${text} CONCURRENTLY;` : undefined,
        fixes: possible ? [{ start: trace.statement.end, end: trace.statement.end, text: ' CONCURRENTLY' }] : undefined,
      },
    ];
  });
}
