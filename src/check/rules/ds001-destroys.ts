import { factKey, type RelationFacts } from '../facts/facts.js';
import { strings } from '../facts/named.js';
import type { StatementTrace } from '../trace/statement-trace.js';
import { alterCommands, existing } from './alter-command.js';
import { eachStatement, type Rule } from './rule.js';

interface Loss {
  readonly relation?: RelationFacts | undefined;
  readonly message: string;
}

export const ds001: Rule = {
  id: 'DS001',
  title: 'data or objects that are gone for good',
  why: 'Nothing brings them back but a backup. CASCADE takes along what the author of the migration did not see.',
  safe: 'Name what is to go, one by one, without CASCADE. If it is meant: `-- pawl:allow DS001 <why>`.',
  check: eachStatement((trace) =>
    losses(trace).map(({ relation, message }) => ({
      statement: trace,
      relation: relation?.name,
      severity: 'error' as const,
      message,
    })),
  ),
};

function losses(trace: StatementTrace): Loss[] {
  const { node } = trace.statement;
  if ('TruncateStmt' in node) {
    const relations = (node.TruncateStmt.relations ?? []).flatMap((name) =>
      'RangeVar' in name ? (existing(trace, name.RangeVar) ?? []) : [],
    );
    const along = node.TruncateStmt.behavior === 'DROP_CASCADE' ? ', and of every table that references it' : '';
    return relations.map((relation) => ({ relation, message: `All rows of ${relation.name}${along} are deleted.` }));
  }
  if ('DeleteStmt' in node && !node.DeleteStmt.whereClause && !node.DeleteStmt.usingClause) {
    const relation = existing(trace, node.DeleteStmt.relation);
    return relation ? [{ relation, message: `All rows of ${relation.name} are deleted.` }] : [];
  }
  if ('DropdbStmt' in node) return [{ message: `The database ${node.DropdbStmt.dbname} is dropped.` }];
  if ('DropStmt' in node) return dropped(trace, node.DropStmt);
  return alterCommands(trace).flatMap(({ relation, command }) =>
    command.subtype?.startsWith('AT_Drop') && command.behavior === 'DROP_CASCADE'
      ? [{ relation, message: `CASCADE drops whatever depends on ${command.name} of ${relation.name}.` }]
      : [],
  );
}

function dropped(
  trace: StatementTrace,
  { removeType, behavior, objects = [] }: { removeType?: string; behavior?: string; objects?: unknown[] },
): Loss[] {
  if (removeType === 'OBJECT_SCHEMA') {
    return [
      {
        message: `The schema ${strings(objects).join(', ')} is dropped${behavior === 'DROP_CASCADE' ? ' with everything in it' : ''}.`,
      },
    ];
  }
  if (behavior !== 'DROP_CASCADE') return [];
  const names = objects.map((object) => strings((object as { List?: { items?: unknown[] } }).List?.items ?? []));
  const relations = names.map((name) => trace.facts.relations.get(factKey(name)));
  if (relations.every((relation) => relation !== undefined && !relation.existing)) return [];
  return [
    {
      relation: relations.find((found) => found?.existing),
      message: 'CASCADE drops whatever depends on it, views and foreign keys of other tables included.',
    },
  ];
}
