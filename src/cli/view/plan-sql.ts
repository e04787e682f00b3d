import type { PlannedSql, SqlPart } from '../../engine/acts/planned-sql.js';
import { counted } from '../../text/counted.js';
import type { PlanHeadline } from './plan.js';

/** The SQL of what is pending as a script that can be read: each transaction between BEGIN and COMMIT, notes as comments. */
export function planSqlView({ target, digest }: PlanHeadline, planned: readonly PlannedSql[]): string {
  if (planned.length === 0) return `-- ${target}: nothing is pending (release ${digest})`;
  return [`-- ${target}: ${counted(planned.length, 'migration')}, release ${digest}`, ...planned.map(migrationText)].join('\n\n');
}

function migrationText({ stage, path, committed, parts }: PlannedSql): string {
  const done = committed > 0 ? [`-- ${counted(committed, 'statement')} of it committed already`] : [];
  const steps = parts.filter(({ step }) => step !== undefined).length;
  const note = steps > 0 ? ['-- in steps, each where it is not there yet'] : [];
  return [`-- ${path} (${stage})`, ...done, ...note, ...parts.map(partText)].join('\n');
}

function partText({ transaction, step, sql }: SqlPart): string {
  const name = step === undefined ? [] : [`-- ${step}`];
  if (sql === undefined) return name.join('\n');
  return [...name, ...(transaction ? ['BEGIN;', sql, 'COMMIT;'] : ['-- outside a transaction', sql])].join('\n');
}
