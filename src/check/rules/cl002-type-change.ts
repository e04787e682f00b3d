import type { RelationFacts } from '../facts/facts.js';
import { sqlName } from '../sql-name.js';
import { WORKS, type StatementTrace, type Work } from '../trace/statement-trace.js';
import { alterCommands, columnOf } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';
import { workOfTypeChange } from './type-change.js';

const WHAT = {
  rewrite: 'is rewritten with all its indexes',
  'index build': 'gets indexes built anew',
  scan: 'is read to check its constraints again',
};

export const cl002: Rule = {
  id: 'CL002',
  title: 'a type change that touches every row',
  why: 'The table is locked for everybody until each row is converted or checked. (A longer varchar, varchar to text and a larger numeric of the same scale touch none.)',
  safe: 'Add a column of the new type, keep both in step by a trigger, fill old rows in batches, then switch names in one short migration.',
  growsWithTable: true,
  check: eachStatement((trace, { utc }) =>
    alterCommands(trace).flatMap(({ relation, command, alone }) => {
      const to = command.subtype === 'AT_AlterColumnType' ? columnOf(command) : undefined;
      const column = relation.columns.find(({ name }) => name === command.name);
      const work = to && column && (alone ? measured(trace, relation) : workOfTypeChange(column, to, relation, trace, utc));
      if (!work) return [];
      const name = sqlName(column.name);
      return [
        {
          statement: trace,
          relation: relation.name,
          severity: 'error' as const,
          work,
          message: `${relation.name} ${WHAT[work]} to change ${column.name} from ${column.typeName}.`,
          rewrite:
            work === 'rewrite'
              ? `ALTER TABLE ${relation.name} ADD COLUMN ${sqlName(`${column.name}_new`)} <type>;\n-- a trigger copies ${name} on INSERT and UPDATE; batches fill old rows; then, in one migration:\nALTER TABLE ${relation.name} RENAME COLUMN ${name} TO ${sqlName(`${column.name}_old`)};\nALTER TABLE ${relation.name} RENAME COLUMN ${sqlName(`${column.name}_new`)} TO ${name};`
              : undefined,
        },
      ];
    }),
  ),
};

/** What the command did: settings such as TimeZone decide with, and they are those of the moment. Undefined too where it did not run. */
function measured({ touched }: StatementTrace, { oid }: RelationFacts): Work | undefined {
  const done = touched.find((relation) => relation.oid === oid)?.work ?? [];
  return WORKS.find((work) => done.includes(work));
}
