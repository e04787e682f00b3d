import type { RelationFacts } from '../facts/facts.js';
import { strings } from '../facts/named.js';
import { bareName, joinedName, sqlName } from '../sql-name.js';
import { alterCommands, constraintOf, type AlterCommand } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';

export const cn004: Rule = {
  id: 'CN004',
  title: 'SET NOT NULL that looks at every row',
  why: 'The table is locked for everybody while all rows are read.',
  safe: 'Prove it first, with a lock that stops nobody: a constraint that is added NOT VALID and validated in the next migration. SET NOT NULL then reads nothing.',
  growsWithTable: true,
  check: eachStatement((trace, { serverVersion }) =>
    alterCommands(trace).flatMap(({ relation, command }) => {
      const column = requiredColumn(command);
      if (column === undefined || isProved(relation, column)) return [];
      return [
        {
          statement: trace,
          relation: relation.name,
          severity: 'error' as const,
          work: 'scan' as const,
          waits: { who: 'Readers and writers' as const, how: `while every row is searched for a NULL in ${column}` },
          message: '',
          rewrite: notNullSteps(relation, column, serverVersion),
        },
      ];
    }),
  ),
};

/** Of SET NOT NULL, and of ADD CONSTRAINT ... NOT NULL, which PostgreSQL has since 18. */
function requiredColumn(command: AlterCommand['command']): string | undefined {
  if (command.subtype === 'AT_SetNotNull') return command.name;
  const constraint = constraintOf(command);
  if (constraint?.contype !== 'CONSTR_NOTNULL' || constraint.skip_validation) return undefined;
  return strings(constraint.keys ?? [])[0];
}

/** PostgreSQL skips the scan when a valid CHECK implies the column is not null (NotNullImpliedByRelConstraints in tablecmds.c). */
export function isProved({ columns, constraints }: RelationFacts, column: string): boolean {
  if (columns.some(({ name, notNull }) => name === column && notNull)) {
    return !constraints.some(({ type, validated, columns: of }) => type === 'n' && !validated && of.includes(column));
  }
  const proof = `(${sqlName(column)} IS NOT NULL)`;
  return constraints.some(
    ({ type, validated, definition }) =>
      type === 'c' && validated && definition.includes(proof) && !/ OR |\bNOT \(|\bCASE\b/.test(definition),
  );
}

/** SQL that makes a column NOT NULL without a long lock; the parts go into migrations of their own. */
export function notNullSteps(relation: RelationFacts, column: string, serverVersion: number): string {
  return serverVersion >= 180000 ? withNotNullConstraint(relation, column) : withCheck(relation, column);
}

function withNotNullConstraint(relation: RelationFacts, column: string): string {
  const name = joinedName(bareName(relation.name), column, 'not_null');
  return [
    `ALTER TABLE ${relation.name} ADD CONSTRAINT ${name} NOT NULL ${sqlName(column)} NOT VALID;`,
    '-- in the next migration:',
    `ALTER TABLE ${relation.name} VALIDATE CONSTRAINT ${name};`,
  ].join('\n');
}

function withCheck(relation: RelationFacts, column: string): string {
  const name = joinedName(bareName(relation.name), column, 'present');
  return [
    `ALTER TABLE ${relation.name} ADD CONSTRAINT ${name} CHECK (${sqlName(column)} IS NOT NULL) NOT VALID;`,
    '-- in the next migration:',
    `ALTER TABLE ${relation.name} VALIDATE CONSTRAINT ${name};`,
    '-- in the one after that:',
    `ALTER TABLE ${relation.name} ALTER COLUMN ${sqlName(column)} SET NOT NULL;`,
    `ALTER TABLE ${relation.name} DROP CONSTRAINT ${name};`,
  ].join('\n');
}
