import type { Constraint } from '@pgsql/types';
import { strings } from '../facts/named.js';
import { bareName, joinedName, sqlName } from '../sql-name.js';
import { alterCommands, columnOf, constraintOf, constraintsOf, type AlterCommand } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';

export const cn003: Rule = {
  id: 'CN003',
  title: 'UNIQUE or EXCLUDE that builds its index under lock',
  why: 'ADD CONSTRAINT locks the table for everybody and builds the whole index before it lets go.',
  safe: 'Build the unique index CONCURRENTLY first; ADD CONSTRAINT ... USING INDEX then takes a moment. EXCLUDE has no such way: use a quiet hour, or a new table.',
  growsWithTable: true,
  check: eachStatement((trace) =>
    alterCommands(trace).flatMap((command) => {
      const constraint = builtConstraint(command);
      if (!constraint) return [];
      const { relation } = command;
      const unique = constraint.contype === 'CONSTR_UNIQUE';
      return [
        {
          statement: trace,
          relation: relation.name,
          severity: 'error' as const,
          work: 'index build' as const,
          waits: { who: 'Readers and writers' as const, how: 'until the index of the constraint is built' },
          message: '',
          rewrite: unique && relation.kind !== 'p' ? columnFirst(command) + usingIndex(command, constraint, 'UNIQUE') : undefined,
        },
      ];
    }),
  ),
};

function builtConstraint({ command }: AlterCommand): Constraint | undefined {
  const added = constraintOf(command);
  if (added) return KINDS.has(added.contype ?? '') && added.indexname === undefined ? added : undefined;
  const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : undefined;
  const inline = column && constraintsOf(column).find(({ contype }) => contype === 'CONSTR_UNIQUE');
  return inline && { ...inline, keys: [{ String: { sval: column.colname ?? '' } }] };
}

/** A column that is UNIQUE where it is added comes first, and without that word. */
function columnFirst({ relation, command, text }: AlterCommand): string {
  if (command.subtype !== 'AT_AddColumn') return '';
  return `ALTER TABLE ${relation.name} ${text.replace(/\s+unique\b/i, '')};\n-- in the next migration:\n`;
}

const KINDS = new Set(['CONSTR_UNIQUE', 'CONSTR_EXCLUSION']);

/** The same constraint, its index built beforehand. */
export function usingIndex({ relation, text }: AlterCommand, constraint: Constraint, kind: 'UNIQUE' | 'PRIMARY KEY'): string {
  const columns = strings(constraint.keys ?? []);
  const suffix = kind === 'UNIQUE' ? 'key' : 'pkey';
  const table = bareName(relation.name);
  const name = constraint.conname
    ? sqlName(constraint.conname)
    : joinedName(table, ...(kind === 'UNIQUE' ? columns : []), suffix);
  const including = strings(constraint.including ?? []);
  const include = including.length > 0 ? ` INCLUDE (${including.map(sqlName).join(', ')})` : '';
  const nulls = constraint.nulls_not_distinct ? ' NULLS NOT DISTINCT' : '';
  const deferral = /\s+(?:not\s+)?deferrable\b.*$/is.exec(text)?.[0] ?? '';
  return [
    `CREATE UNIQUE INDEX CONCURRENTLY ${name} ON ${relation.name} (${columns.map(sqlName).join(', ')})${include}${nulls};`,
    '-- in the next migration:',
    `ALTER TABLE ${relation.name} ADD CONSTRAINT ${name} ${kind} USING INDEX ${name}${deferral};`,
  ].join('\n');
}
