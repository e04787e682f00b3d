import type { Constraint } from '@pgsql/types';
import { strings } from '../facts/named.js';
import { bareName, joinedName, sqlName } from '../sql-name.js';
import { alterCommands, columnOf, constraintOf, constraintsOf, type AlterCommand } from './alter-command.js';
import { eachStatement, type Problem, type Rule, type RuleContext } from './rule.js';

export const cn001: Rule = {
  id: 'CN001',
  title: 'a constraint that checks all rows while it is added',
  why: 'ADD ... CHECK locks the table for everybody, ADD ... FOREIGN KEY stops the writers of both tables, until every row has been checked.',
  safe: 'Add it NOT VALID, which only checks new rows, and VALIDATE it in the next migration, which stops nobody.',
  growsWithTable: true,
  check: eachStatement((trace, context) => alterCommands(trace).flatMap((command) => found(command, trace, context))),
};

function found(command: AlterCommand, trace: Problem['statement'], context: RuleContext): Problem[] {
  const { relation } = command;
  const constraint = checkedConstraint(command);
  if (!constraint) return [];
  const foreign = constraint.contype === 'CONSTR_FOREIGN';
  const added = constraintOf(command.command) !== undefined;
  // Before PostgreSQL 18 a foreign key of a partitioned table cannot be NOT VALID.
  const possible = added && !(foreign && relation.kind === 'p' && context.serverVersion < 180000);
  const fix =
    possible && command.alone ? { start: trace.statement.end, end: trace.statement.end, text: ' NOT VALID' } : undefined;
  return [
    {
      statement: trace,
      relation: relation.name,
      severity: 'error',
      work: 'scan',
      waits: foreign
        ? {
            who: 'Writers',
            how: `while every row is looked up in ${constraint.pktable?.relname}, and so do those who write there`,
          }
        : { who: 'Readers and writers', how: 'while every row is checked' },
      message: '',
      rewrite: possible ? inTwoSteps(command, constraint) : undefined,
      fixes: fix && [fix],
    },
  ];
}

function checkedConstraint({ command }: AlterCommand): Constraint | undefined {
  const added = constraintOf(command);
  if (added) return CHECKED.has(added.contype ?? '') && !added.skip_validation && added.is_enforced ? added : undefined;
  const column = command.subtype === 'AT_AddColumn' ? columnOf(command) : undefined;
  if (!column) return undefined;
  const constraints = constraintsOf(column).filter(({ is_enforced: enforced }) => enforced);
  // Every row of a new column is NULL, so its foreign key is only looked up where there is a default.
  const filled = constraintsOf(column).some(({ contype }) => contype === 'CONSTR_DEFAULT' || contype === 'CONSTR_IDENTITY');
  return constraints.find(({ contype }) => contype === 'CONSTR_CHECK' || (contype === 'CONSTR_FOREIGN' && filled));
}

const CHECKED = new Set(['CONSTR_CHECK', 'CONSTR_FOREIGN']);

function inTwoSteps({ relation, text }: AlterCommand, constraint: Constraint): string {
  const name = constraint.conname ? sqlName(constraint.conname) : ownName(relation.name, constraint);
  const definition = text.replace(/^add\s+(?:constraint\s+(?:"(?:[^"]|"")*"|\S+)\s+)?/i, '');
  return [
    `ALTER TABLE ${relation.name} ADD CONSTRAINT ${name} ${definition} NOT VALID;`,
    '-- in the next migration:',
    `ALTER TABLE ${relation.name} VALIDATE CONSTRAINT ${name};`,
  ].join('\n');
}

function ownName(relation: string, { contype, fk_attrs = [] }: Constraint): string {
  const table = bareName(relation);
  return contype === 'CONSTR_FOREIGN' ? joinedName(table, ...strings(fk_attrs), 'fkey') : joinedName(table, 'check');
}
