import { strings } from '../facts/named.js';
import { alterCommands, columnOf, constraintsOf } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';

export const cl003: Rule = {
  id: 'CL003',
  title: 'a required column without a value for old rows',
  why: 'ADD COLUMN ... NOT NULL without a default fails as soon as the table has a row; and the application that runs now does not fill it.',
  safe: 'Give it a constant default, or add it nullable, fill it, and make it NOT NULL later (CN004).',
  check: eachStatement((trace) =>
    alterCommands(trace).flatMap(({ relation, command }) => {
      const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : undefined;
      if (!column) return [];
      const kinds = constraintsOf(column).map(({ contype }) => contype);
      const required = kinds.includes('CONSTR_NOTNULL') || kinds.includes('CONSTR_PRIMARY');
      const filled =
        kinds.some((kind) => FILLS.has(kind ?? '')) || /serial/.test(strings(column.typeName?.names ?? []).at(-1) ?? '');
      if (!required || filled) return [];
      return [
        {
          statement: trace,
          relation: relation.name,
          severity: 'error' as const,
          fails: true,
          message: `${column.colname} has no value for the rows that ${relation.name} has.`,
        },
      ];
    }),
  ),
};

const FILLS = new Set(['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED']);
