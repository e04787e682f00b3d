import { strings } from '../facts/named.js';
import { alterCommands, columnOf, constraintsOf } from './alter-command.js';
import { eachStatement, type Problem, type Rule, type RuleContext } from './rule.js';

export const cl003: Rule = {
  id: 'CL003',
  title: 'a required column without a value for old rows',
  why: 'ADD COLUMN ... NOT NULL without a default fails as soon as the table has a row; and the application that runs now does not fill it: once no default does, its INSERTs fail.',
  safe: 'Give it a constant default, or add it nullable, fill it, and make it NOT NULL later (CN004).',
  check: (context) => [...withoutValue(context), ...withoutDefault(context)],
};

const withoutValue = eachStatement((trace) =>
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
);

const FILLS = new Set(['CONSTR_DEFAULT', 'CONSTR_IDENTITY', 'CONSTR_GENERATED']);

/** Its default filled the old rows and is dropped again: the application that runs now does not know the column, and its INSERTs fail. */
function withoutDefault({ statements }: RuleContext): Problem[] {
  const added = new Set<string>();
  const dropped = new Map<string, Problem>();
  for (const trace of statements) {
    for (const { relation, command } of alterCommands(trace)) {
      const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : undefined;
      const kinds = column ? constraintsOf(column).map(({ contype }) => contype) : [];
      if (kinds.includes('CONSTR_NOTNULL') && kinds.includes('CONSTR_DEFAULT')) added.add(`${relation.oid} ${column?.colname}`);
      const key = `${relation.oid} ${command.name}`;
      if (command.subtype !== 'AT_ColumnDefault' || !added.has(key)) continue;
      if (command.def !== undefined) dropped.delete(key);
      else
        dropped.set(key, {
          statement: trace,
          relation: relation.name,
          severity: 'error',
          message: `INSERTs into ${relation.name} that do not know ${command.name} yet fail: it is NOT NULL, and its default is dropped.`,
        });
    }
  }
  return [...dropped.values()];
}
