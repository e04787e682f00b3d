import { factKey, type FunctionFacts, type RelationFacts, type TypeFacts } from '../facts/facts.js';
import { strings } from '../facts/named.js';
import type { CommittedLoss, StatementTrace } from '../trace/statement-trace.js';
import { alterCommands, existing } from './alter-command.js';
import { blame } from './blame.js';
import { eachStatement, type Problem, type Rule, type RuleContext } from './rule.js';

interface Loss {
  readonly relation?: RelationFacts | undefined;
  readonly message: string;
}

export const ds001: Rule = {
  id: 'DS001',
  title: 'data or objects that are gone for good',
  why: 'Nothing brings them back but a backup. CASCADE takes along what the author of the migration did not see.',
  safe: 'Name what is to go, one by one, without CASCADE. If it is meant: `-- pawl:allow DS001 <why>`.',
  check: (context) => [...eachStatement(destroyed)(context), ...replaced(context)],
};

function destroyed(trace: StatementTrace, { losses: lost }: RuleContext): Problem[] {
  return losses(trace, lost).map(({ relation, message }) => ({
    statement: trace,
    relation: relation?.name,
    severity: 'error' as const,
    message,
  }));
}

/** Tables and columns that were dropped and made again within one transaction: the name is there, what it held is not. */
function replaced({ losses: lost, statements }: RuleContext): Problem[] {
  return lost.flatMap((loss) => {
    const statement = loss.how === 'replaced' ? blame(loss, statements) : undefined;
    if (!statement) return [];
    const [relation, what] = loss.use === 'table' ? [loss.name, 'rows'] : [loss.of, `values of ${loss.name}`];
    const message = `All ${what} of ${relation} are lost: it is dropped and made again.`;
    return [{ statement, relation, severity: 'error' as const, message }];
  });
}

function losses(trace: StatementTrace, lost: readonly CommittedLoss[]): Loss[] {
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
  if ('DropStmt' in node) return dropped(trace, node.DropStmt, lost);
  return alterCommands(trace).flatMap(({ relation, command }) =>
    command.subtype?.startsWith('AT_Drop') && command.behavior === 'DROP_CASCADE'
      ? [{ relation, message: `CASCADE drops whatever depends on ${command.name} of ${relation.name}.` }]
      : [],
  );
}

function dropped(
  trace: StatementTrace,
  { removeType, behavior, objects = [] }: { removeType?: string; behavior?: string; objects?: unknown[] },
  lost: readonly CommittedLoss[],
): Loss[] {
  if (removeType === 'OBJECT_SCHEMA') {
    // One that this deploy made, or that is there again at the end, is nobody's loss.
    const names = strings(objects).filter((name) =>
      lost.some(
        ({ use, name: of, commit }) => use === 'schema' && commit === trace.commit && of === factKey([name]).slice(1, -1),
      ),
    );
    const how = behavior === 'DROP_CASCADE' ? 'is dropped with everything in it' : 'is dropped';
    return names.map((name) => ({ message: `The schema ${name} ${how}.` }));
  }
  if (behavior !== 'DROP_CASCADE') return [];
  const found = objects.map((object) => factOf(trace, removeType ?? '', object as DroppedObject));
  // What is not there, and what this deploy made, has nothing that anybody would miss.
  if (trace.absent >= objects.length || found.every((fact) => fact !== 'unknown' && !fact?.existing)) return [];
  return [
    {
      relation: found.find((fact): fact is RelationFacts => fact !== 'unknown' && fact?.existing === true && 'indexes' in fact),
      message: 'CASCADE drops whatever depends on it, views and foreign keys of other tables included.',
    },
  ];
}

/** A name as the grammar writes it for each kind of object. */
interface DroppedObject {
  readonly List?: { readonly items?: unknown[] };
  readonly TypeName?: { readonly names?: unknown[] };
  readonly ObjectWithArgs?: { readonly objname?: unknown[] };
}

/** What the catalog knew of an object; `unknown` for kinds that it was not asked about. */
function factOf(
  { facts }: StatementTrace,
  kind: string,
  { List: list, TypeName: type, ObjectWithArgs: routine }: DroppedObject,
): RelationFacts | TypeFacts | FunctionFacts | undefined | 'unknown' {
  if (RELATIONS.has(kind)) return facts.relations.get(factKey(strings(list?.items ?? [])));
  if (type) return facts.types.get(factKey(strings(type.names ?? [])));
  if (ROUTINES.has(kind)) return facts.functions.get(factKey(strings(routine?.objname ?? [])));
  return 'unknown';
}

const ROUTINES = new Set(['OBJECT_FUNCTION', 'OBJECT_PROCEDURE', 'OBJECT_ROUTINE', 'OBJECT_AGGREGATE']);

const RELATIONS = new Set([
  'OBJECT_TABLE',
  'OBJECT_VIEW',
  'OBJECT_MATVIEW',
  'OBJECT_FOREIGN_TABLE',
  'OBJECT_SEQUENCE',
  'OBJECT_INDEX',
]);
