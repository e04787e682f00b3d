import { relationName } from '../../files/relation.js';
import { identifier } from '../../postgres/quote.js';
import type { Session } from '../../postgres/connect.js';
import { inspectMigration } from '../../files/inspect.js';
import { findConstraint } from '../definition.js';
import { missing } from '../missing.js';
import type { Piece, PieceContext } from '../piece.js';
import { isPartitioned } from '../partitioned.js';
import { explainViolation } from '../violation.js';
import { altered, wantedBy, type WantedConstraint } from '../wanted.js';

/**
 * FOREIGN KEY and CHECK: NOT VALID first, which holds its lock only for a moment, then VALIDATE, which lets reads and writes go on.
 * What PostgreSQL cannot put on so (EXCLUDE, NOT ENFORCED, a foreign key of a partitioned table before 18) goes on in one step.
 */
export function constraintPiece(context: PieceContext, wanted: WantedConstraint): Piece {
  const { migration } = context;
  const { name } = wanted;
  const explain = explainViolation(context, wanted);
  const later = wanted.fields['skip_validation'] === true;
  const enforced = wanted.fields['is_enforced'] === true;
  const splits = ['CONSTR_CHECK', 'CONSTR_FOREIGN'].includes(wanted.kind) && enforced && !later;
  const add = `alter table ${altered(wanted)} add ${wanted.words}`;
  return {
    subject: subjectOf(wanted),
    steps: [
      {
        kind: 'step',
        title: `add constraint ${name}`,
        async prepare(session) {
          if (await findConstraint(session, migration, wanted)) return undefined;
          return splits && (await canBeNotValid(session, wanted)) ? `${add}\nnot valid` : add;
        },
        explain,
      },
      ...(splits
        ? [
            {
              kind: 'step' as const,
              title: `validate constraint ${name}`,
              async prepare(session: Session) {
                const found = await findConstraint(session, migration, wanted);
                if (!found) throw missing(migration, `constraint ${name} of ${relationName(wanted.table)} does not exist`);
                return found.validated ? undefined : validate(wanted);
              },
              explain,
            },
          ]
        : []),
    ],
    async prove(session) {
      const found = await findConstraint(session, migration, wanted);
      const what = `constraint ${name} of ${relationName(wanted.table)}`;
      if (!found) throw missing(migration, `${what} does not exist`);
      const validatedLater = later && !isValidatedIn(context, wanted);
      if (!found.validated && enforcedKind(wanted) && !validatedLater)
        throw missing(
          migration,
          `${what} is NOT VALID: rows from before it are not checked`,
          `Run ${validate(wanted)}; then retry.`,
        );
    },
  };
}

export const subjectOf = ({ table, name }: Pick<WantedConstraint, 'table' | 'name'>): string => `${relationName(table)} ${name}`;

export const validate = (wanted: Pick<WantedConstraint, 'table' | 'only' | 'name'>): string =>
  `alter table ${altered(wanted)} validate constraint ${identifier(wanted.name)}`;

const enforcedKind = ({ kind, fields }: WantedConstraint): boolean =>
  !['CONSTR_CHECK', 'CONSTR_FOREIGN'].includes(kind) || fields['is_enforced'] === true;

async function canBeNotValid(session: Session, wanted: WantedConstraint): Promise<boolean> {
  return wanted.kind !== 'CONSTR_FOREIGN' || session.server.version >= 180000 || !(await isPartitioned(session, wanted.table));
}

/** Whether the file itself validates what it adds NOT VALID. */
function isValidatedIn({ migration }: PieceContext, { table, name }: WantedConstraint): boolean {
  return inspectMigration(migration)
    .flatMap((statement) => wantedBy(migration, statement))
    .some((other) => other.want === 'validation' && other.name === name && relationName(other.table) === relationName(table));
}
