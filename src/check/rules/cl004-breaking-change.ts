import { factKey, type RelationFacts } from '../facts/facts.js';
import { strings } from '../facts/named.js';
import type { StatementTrace } from '../trace/statement-trace.js';
import { alterCommands, existing } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';

interface Break {
  readonly relation?: RelationFacts | undefined;
  readonly message: string;
}

export const cl004: Rule = {
  id: 'CL004',
  title: 'a change that breaks the application that runs now',
  why: 'While a deploy goes on, the version before it still runs. It asks for the old name or column and fails; what is dropped is gone for a rollback, too.',
  safe: 'Expand first: add the new beside the old, ship code that uses it, and drop the old in a later release. Then allow this one: `-- pawl:allow CL004 <since when nothing uses it>`.',
  check: eachStatement((trace) =>
    breaks(trace).map(({ relation, message }) => ({
      statement: trace,
      relation: relation?.name,
      severity: 'warning' as const,
      message,
    })),
  ),
};

function breaks(trace: StatementTrace): Break[] {
  const { node } = trace.statement;
  if ('DropStmt' in node && DROPPED.has(node.DropStmt.removeType ?? '')) {
    return (node.DropStmt.objects ?? []).flatMap((object) => {
      const relation = 'List' in object ? trace.facts.relations.get(factKey(strings(object.List.items ?? []))) : undefined;
      return relation?.existing
        ? [{ relation, message: `${relation.name} is gone for everything that still reads or writes it.` }]
        : [];
    });
  }
  if ('RenameStmt' in node) return renamed(trace);
  if ('AlterObjectSchemaStmt' in node) {
    const relation = existing(trace, node.AlterObjectSchemaStmt.relation);
    return relation
      ? [{ relation, message: `${relation.name} is gone from the schema where the application looks for it.` }]
      : [];
  }
  if ('AlterEnumStmt' in node && node.AlterEnumStmt.oldVal !== undefined) {
    return [{ message: `The label '${node.AlterEnumStmt.oldVal}' is unknown to the database as soon as this commits.` }];
  }
  return alterCommands(trace).flatMap(({ relation, command }) => {
    const there = relation.columns.some(({ name }) => name === command.name);
    if (command.subtype === 'AT_DropColumn' && there)
      return [{ relation, message: `${relation.name} loses the column ${command.name}.` }];
    if (command.subtype === 'AT_DropNotNull' && there) {
      return [{ relation, message: `Code that reads ${command.name} of ${relation.name} meets NULL for the first time.` }];
    }
    return [];
  });
}

const DROPPED = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE']);
const RENAMED = new Set(['OBJECT_TABLE', 'OBJECT_VIEW', 'OBJECT_MATVIEW', 'OBJECT_FOREIGN_TABLE', 'OBJECT_COLUMN']);

function renamed(trace: StatementTrace): Break[] {
  const { node } = trace.statement;
  if (!('RenameStmt' in node)) return [];
  const { renameType, relation: name, subname, newname } = node.RenameStmt;
  if (renameType === 'OBJECT_SCHEMA')
    return [{ message: `Everything in the schema ${subname} is gone from where the application looks for it.` }];
  const relation = RENAMED.has(renameType ?? '') ? existing(trace, name) : undefined;
  if (!relation || relation.index !== null) return [];
  const what = renameType === 'OBJECT_COLUMN' ? `${subname} of ${relation.name}` : relation.name;
  return [{ relation, message: `${what} is called ${newname} as soon as this commits.` }];
}
