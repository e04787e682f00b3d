import { createIndex } from '../../apply/online/create-index.js';
import { relationName } from '../../files/relation.js';
import { parseStatements } from '../../files/statements.js';
import { identifier } from '../../postgres/quote.js';
import { findConstraint } from '../definition.js';
import { isPartitioned } from '../partitioned.js';
import type { Piece, PieceContext } from '../piece.js';
import { explainViolation } from '../violation.js';
import { altered, deferral, namesOf, type WantedConstraint } from '../wanted.js';
import { constraintPiece } from './constraint.js';
import { notNullPiece } from './not-null.js';

/**
 * UNIQUE and PRIMARY KEY: a concurrent index first, which the constraint then takes over in a moment (USING INDEX). The columns of a
 * primary key become NOT NULL before, so that it need not read the table to prove it.
 */
export function keyPiece(context: PieceContext, wanted: WantedConstraint): Piece {
  const { migration } = context;
  const { name } = wanted;
  const index = createIndex(parseStatements(indexOf(wanted), migration.path)[0]!);
  const word = wanted.kind === 'CONSTR_PRIMARY' ? 'primary key' : 'unique';
  const explain = explainViolation(context, wanted);
  const columns = wanted.kind === 'CONSTR_PRIMARY' ? namesOf(wanted.fields['keys']) : [];
  return {
    ...constraintPiece(context, wanted),
    steps: [
      ...columns.flatMap(
        (column) => notNullPiece(context, { want: 'not null', table: wanted.table, only: wanted.only, column }).steps,
      ),
      {
        kind: 'online',
        online: {
          ...index,
          async probe(session, before, resumed) {
            if ((await findConstraint(session, migration, wanted)) || (await isPartitioned(session, wanted.table))) return 'done';
            return index.probe(session, before, resumed);
          },
          explain,
        },
      },
      {
        kind: 'step',
        title: `add constraint ${name}`,
        async prepare(session) {
          if (await findConstraint(session, migration, wanted)) return undefined;
          const add = `alter table ${altered(wanted)} add`;
          if (await isPartitioned(session, wanted.table)) return `${add} ${wanted.words}`;
          return `${add} constraint ${identifier(name)} ${word} using index ${identifier(name)}${deferral(wanted)}`;
        },
        explain,
      },
    ],
  };
}

/** The index that PostgreSQL would make for the key, under the name of the constraint. */
function indexOf({ table, name, fields }: WantedConstraint): string {
  const columns = (key: string): string => namesOf(fields[key]).map(identifier).join(', ');
  const including = columns('including');
  const options = ((fields['options'] as DefElem[] | undefined) ?? []).map(optionOf).join(', ');
  const space = fields['indexspace'] as string | undefined;
  return [
    `create unique index concurrently ${identifier(name)} on ${relationName(table)} (${columns('keys')})`,
    including && `include (${including})`,
    fields['nulls_not_distinct'] === true && 'nulls not distinct',
    options && `with (${options})`,
    space !== undefined && `tablespace ${identifier(space)}`,
  ]
    .filter(Boolean)
    .join(' ');
}

interface DefElem {
  readonly DefElem: {
    readonly defname: string;
    readonly arg?: {
      readonly Integer?: { readonly ival?: number };
      readonly Float?: { readonly fval: string };
      readonly String?: { readonly sval: string };
      readonly TypeName?: { readonly names: unknown };
    };
  };
}

/** A storage parameter: a number, a word, or its bare name. */
function optionOf({ DefElem: { defname, arg } }: DefElem): string {
  if (arg === undefined) return defname;
  const value = arg.Integer
    ? (arg.Integer.ival ?? 0)
    : (arg.Float?.fval ?? arg.String?.sval ?? namesOf(arg.TypeName?.names).join(' '));
  return `${defname} = ${value}`;
}
