import type { ColumnDef } from '@pgsql/types';
import { factKey } from '../facts/facts.js';
import { strings } from '../facts/named.js';
import { sqlName } from '../sql-name.js';
import type { StatementTrace } from '../trace/statement-trace.js';
import { alterCommands, columnOf, constraintsOf } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';
import { volatileCall } from './volatility.js';

export const cl001: Rule = {
  id: 'CL001',
  title: 'a new column that rewrites the table',
  why: 'The table and all its indexes are written anew while it is locked for everybody; it needs the same space once more.',
  safe: 'Add the column without the default, set the default in a second command (it then holds for new rows), and fill old rows in batches. A constant or stable default such as now() rewrites nothing.',
  growsWithTable: true,
  check: eachStatement((trace) =>
    alterCommands(trace).flatMap(({ relation, command }) => {
      const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : undefined;
      const reason = column && whyRewritten(column, trace);
      // IF NOT EXISTS on a column that exists does nothing.
      const there = command.missing_ok === true && relation.columns.some(({ name }) => name === column?.colname);
      if (!reason || there || relation.kind === 'f') return [];
      return [
        {
          statement: trace,
          relation: relation.name,
          severity: 'error' as const,
          work: 'rewrite' as const,
          message: `${relation.name} is rewritten: ${reason}.`,
          rewrite: withoutDefault(relation.name, column, trace),
        },
      ];
    }),
  ),
};

const SERIAL = new Set(['serial', 'serial2', 'serial4', 'serial8', 'bigserial', 'smallserial']);

function whyRewritten(column: ColumnDef, { facts }: StatementTrace): string | undefined {
  const type = strings(column.typeName?.names ?? []);
  if (type.length === 1 && SERIAL.has(type[0]!)) return `${type[0]} numbers every row`;
  if (facts.types.get(factKey(type))?.constrained) return `every row is checked against the domain ${type.at(-1)}`;
  for (const { contype, raw_expr: expression, generated_kind: kind } of constraintsOf(column)) {
    if (contype === 'CONSTR_IDENTITY') return 'an identity column numbers every row';
    if (contype === 'CONSTR_GENERATED' && kind !== 'v') return 'a stored generated column is computed for every row';
    const call = contype === 'CONSTR_DEFAULT' ? volatileCall(expression, facts) : undefined;
    if (call !== undefined) return `${call}() is volatile, so each row gets a value of its own`;
  }
  return undefined;
}

/** Only a volatile default has a way around that is mechanical. */
function withoutDefault(table: string, column: ColumnDef, { statement }: StatementTrace): string | undefined {
  const constraints = constraintsOf(column);
  const at = constraints.find(({ contype }) => contype === 'CONSTR_DEFAULT')?.location;
  if (constraints.length !== 1 || at === undefined || !column.typeName?.location) return undefined;
  const from = statement.offsetOf(at) - statement.start;
  const expression = statement.text.slice(from).replace(/^default\s+/i, '');
  const type = statement.text.slice(statement.offsetOf(column.typeName.location) - statement.start, from).trim();
  if (expression.includes(',') && /,\s*(?:add|alter|drop)\b/i.test(expression)) return undefined;
  const name = sqlName(column.colname ?? '');
  return [
    `ALTER TABLE ${table} ADD COLUMN ${name} ${type};`,
    `ALTER TABLE ${table} ALTER COLUMN ${name} SET DEFAULT ${expression.trim()};`,
    `-- then fill old rows in batches: UPDATE ${table} SET ${name} = DEFAULT WHERE ${name} IS NULL AND id BETWEEN ...;`,
  ].join('\n');
}
