import type { RelationFacts } from '../facts/facts.js';
import { bareName, joinedName, sqlName } from '../sql-name.js';
import { alterCommands } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';

export const cn004: Rule = {
  id: 'CN004',
  title: 'SET NOT NULL that looks at every row',
  why: 'The table is locked for everybody while all rows are read.',
  safe: 'Prove it first, with a lock that stops nobody: a constraint that is added NOT VALID and validated in the next migration. SET NOT NULL then reads nothing.',
  growsWithTable: true,
  check: eachStatement((trace, { serverVersion }) =>
    alterCommands(trace).flatMap(({ relation, command }) => {
      if (command.subtype !== 'AT_SetNotNull' || isProved(relation, command.name ?? '')) return [];
      return [
        {
          statement: trace,
          relation: relation.name,
          severity: 'error' as const,
          work: 'scan' as const,
          waits: { who: 'Readers and writers' as const, how: `while every row is searched for a NULL in ${command.name}` },
          message: '',
          rewrite: notNullSteps(relation, command.name ?? '', serverVersion),
        },
      ];
    }),
  ),
};

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
