import type { Constraint } from '@pgsql/types';
import { strings } from '../facts/named.js';
import { alterCommands, columnOf, constraintOf, constraintsOf, type AlterCommand } from './alter-command.js';
import { usingIndex } from './cn003-unique.js';
import { isProved, notNullSteps } from './cn004-set-not-null.js';
import { eachStatement, type Rule } from './rule.js';

export const cn005: Rule = {
  id: 'CN005',
  title: 'a primary key on a table in use',
  why: 'ADD PRIMARY KEY locks the table for everybody, builds the index and searches its columns for NULL. USING INDEX spares the build, not the search.',
  safe: 'Make the columns NOT NULL first (see CN004), build a unique index CONCURRENTLY, and add the key USING INDEX.',
  growsWithTable: true,
  check: eachStatement((trace, { serverVersion }) =>
    alterCommands(trace).flatMap((command) => {
      const { relation } = command;
      const key = primaryKey(command);
      if (!key) return [];
      const built = key.indexname === undefined;
      const columns = built
        ? strings(key.keys ?? [])
        : (relation.indexes.find(({ name }) => name === key.indexname)?.columns ?? []);
      const nullable = columns.filter((column): column is string => column !== null && !isProved(relation, column));
      if (!built && nullable.length === 0) return [];
      return [
        {
          statement: trace,
          relation: relation.name,
          severity: 'error' as const,
          work: built ? ('index build' as const) : ('scan' as const),
          waits: {
            who: 'Readers and writers' as const,
            how: built
              ? 'until the index of the key is built'
              : `while every row is searched for a NULL in ${nullable.join(', ')}`,
          },
          message: '',
          rewrite:
            built && constraintOf(command.command) && relation.kind !== 'p'
              ? [
                  ...nullable.map((column) => notNullSteps(relation, column, serverVersion)),
                  usingIndex(command, key, 'PRIMARY KEY'),
                ].join(NEXT)
              : undefined,
        },
      ];
    }),
  ),
};

const NEXT = '\n-- in the next migration:\n';

function primaryKey({ command }: AlterCommand): Constraint | undefined {
  const added = constraintOf(command);
  if (added) return added.contype === 'CONSTR_PRIMARY' ? added : undefined;
  const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : undefined;
  return column && constraintsOf(column).find(({ contype }) => contype === 'CONSTR_PRIMARY');
}
