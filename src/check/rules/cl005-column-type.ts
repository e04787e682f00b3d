import type { ColumnDef } from '@pgsql/types';
import { strings } from '../facts/named.js';
import { columnOf, constraintsOf } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';

export const cl005: Rule = {
  id: 'CL005',
  title: 'a column type that is regretted later',
  why: 'A type is easy to choose now and costs a rewrite of the table later.',
  safe: 'bigint for keys, GENERATED ... AS IDENTITY instead of serial, text instead of char(n), timestamptz instead of timestamp, jsonb instead of json, numeric instead of money.',
  check: eachStatement((trace) =>
    newColumns(trace.statement.node).flatMap((column) => {
      const regret = whyRegretted(column);
      return regret === undefined
        ? []
        : [{ statement: trace, severity: 'notice' as const, message: `${column.colname}: ${regret}` }];
    }),
  ),
};

function newColumns(node: object): ColumnDef[] {
  if ('CreateStmt' in node) {
    const { tableElts = [] } = node.CreateStmt as { tableElts?: { ColumnDef?: ColumnDef }[] };
    return tableElts.flatMap(({ ColumnDef: column }) => (column ? [column] : []));
  }
  if (!('AlterTableStmt' in node)) return [];
  const { cmds = [] } = node.AlterTableStmt as { cmds?: { AlterTableCmd?: Parameters<typeof columnOf>[0] }[] };
  return cmds.flatMap(({ AlterTableCmd: command }) => (command?.subtype === 'AT_AddColumn' ? (columnOf(command) ?? []) : []));
}

const REGRETS: Record<string, string> = {
  bpchar: 'char(n) pads with blanks; text with a CHECK does what is meant.',
  timestamp: 'timestamp has no time zone: what it means depends on who reads it.',
  json: 'json cannot be compared or indexed; jsonb can.',
  money: 'money follows the locale of the server and has no currency.',
  serial: 'serial is a default with a sequence of its own rights; an identity column is one thing, and bigint does not run out.',
  bigserial: 'bigserial is a default with a sequence of its own rights; an identity column is one thing.',
  smallserial: 'smallserial ends at 32767.',
};

function whyRegretted(column: ColumnDef): string | undefined {
  const type = strings(column.typeName?.names ?? []).at(-1) ?? '';
  const isKey = constraintsOf(column).some(({ contype }) => contype === 'CONSTR_PRIMARY' || contype === 'CONSTR_IDENTITY');
  if (isKey && (type === 'int4' || type === 'int2'))
    return 'a key of this size runs out (at 2147483647 or earlier), and to widen it rewrites the table.';
  return REGRETS[type];
}
