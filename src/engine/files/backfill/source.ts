import type { RangeVar } from '../relation.js';
import { nodeOf, type Statement } from '../statements.js';
import type { BackfillDirective } from './directive.js';
import type { Fields } from './nodes.js';
import { filtered } from './ranged.js';

/** The table whose rows a statement goes through, as it stands in it. */
export interface Source {
  readonly schema: string | undefined;
  readonly table: string;
  /** By which name its columns are reached. */
  readonly alias: string;
  /** Without ONLY: the rows of its partitions or children too. */
  readonly withChildren: boolean;
}

interface WrittenTable extends RangeVar {
  readonly inh?: boolean;
  readonly alias?: { readonly aliasname: string };
}

/**
 * The place of the directive's table in a statement.
 * @returns why there is none: it is `missing`, there `several` times, or on the side of an `outer` join that may lack rows
 */
export function sourceOf(statement: Statement, directive: BackfillDirective): Source | 'missing' | 'several' | 'outer' {
  const [type, fields] = nodeOf(statement);
  if (type !== 'InsertStmt') {
    const relation = fields['relation'] as WrittenTable;
    return isNamed(relation, directive) ? asSource(relation) : 'missing';
  }
  const found = (filtered(statement)['fromClause'] as unknown[]).flatMap((item) => tablesIn(item, true));
  const named = found.filter(({ relation }) => isNamed(relation, directive));
  if (named.length === 0) return 'missing';
  if (named.length > 1) return 'several';
  return named[0]!.whole ? asSource(named[0]!.relation) : 'outer';
}

interface Found {
  readonly relation: WrittenTable;
  /** Whether a condition on it takes away only its own rows: it is on no side of a join that may be filled with NULL. */
  readonly whole: boolean;
}

function tablesIn(item: unknown, whole: boolean): Found[] {
  const { RangeVar: relation, JoinExpr: join } = item as { RangeVar?: WrittenTable; JoinExpr?: Fields };
  if (relation) return [{ relation, whole }];
  if (!join || join['alias']) return [];
  const { jointype, larg, rarg } = join;
  return [
    ...tablesIn(larg, whole && (jointype === 'JOIN_INNER' || jointype === 'JOIN_LEFT')),
    ...tablesIn(rarg, whole && (jointype === 'JOIN_INNER' || jointype === 'JOIN_RIGHT')),
  ];
}

function isNamed({ schemaname, relname }: WrittenTable, { schema, table }: BackfillDirective): boolean {
  return relname === table && (schema === undefined || schemaname === undefined || schemaname === schema);
}

function asSource({ schemaname, relname, alias, inh }: WrittenTable): Source {
  return { schema: schemaname, table: relname, alias: alias?.aliasname ?? relname, withChildren: inh === true };
}
