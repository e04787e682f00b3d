import { alterCommands, columnOf } from './alter-command.js';
import type { StatementTrace } from '../trace/statement-trace.js';
import { eachStatement, type Rule } from './rule.js';

export const ci001: Rule = {
  id: 'CI001',
  title: 'IF NOT EXISTS that hides another definition',
  why: 'What is there under the name is taken for what is written here, whatever it is. The file says one thing and the database is another, and nothing ever tells.',
  safe: 'Write plain CREATE or ADD COLUMN: the ledger knows what was applied. For a table that some databases have already, adopt it and assert its shape.',
  check: eachStatement((trace) => {
    const what = conditional(trace);
    if (what === undefined) return undefined;
    return trace.skipped
      ? {
          statement: trace,
          severity: 'error',
          message: `${what} is there already: nothing was done, whatever its definition is.`,
        }
      : {
          statement: trace,
          severity: 'notice',
          message: `Where ${what} is there already, nothing is done, whatever its definition is.`,
        };
  }),
};

function conditional(trace: StatementTrace): string | undefined {
  const { node } = trace.statement;
  if ('CreateStmt' in node && node.CreateStmt.if_not_exists) return `table ${node.CreateStmt.relation?.relname}`;
  if ('CreateTableAsStmt' in node && node.CreateTableAsStmt.if_not_exists)
    return `relation ${node.CreateTableAsStmt.into?.rel?.relname}`;
  if ('IndexStmt' in node && node.IndexStmt.if_not_exists && !node.IndexStmt.concurrent) return `index ${node.IndexStmt.idxname}`;
  const added = alterCommands(trace).find(({ command }) => command.subtype === 'AT_AddColumn' && command.missing_ok);
  return added && `column ${columnOf(added.command)?.colname} of ${added.relation.name}`;
}
