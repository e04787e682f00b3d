import { relationName } from '../../files/relation.js';
import type { Session } from '../../postgres/connect.js';
import { missing } from '../missing.js';
import type { Piece, PieceContext } from '../piece.js';
import { explainViolation } from '../violation.js';
import type { WantedValidation } from '../wanted.js';
import { subjectOf, validate } from './constraint.js';

/** VALIDATE CONSTRAINT of one that is there. */
export function validationPiece(context: PieceContext, wanted: WantedValidation): Piece {
  const { migration } = context;
  const find = async (session: Session): Promise<{ validated: boolean }> => {
    const { rows } = await session.client.query<{ validated: boolean }>(
      'select convalidated as validated from pg_catalog.pg_constraint where conrelid = pg_catalog.to_regclass($1)::oid and conname = $2',
      [relationName(wanted.table), wanted.name],
    );
    const what = `constraint ${wanted.name} of ${relationName(wanted.table)} does not exist`;
    if (!rows[0]) throw missing(migration, what, 'Add it in a statement before this one; then deploy again.');
    return rows[0];
  };
  return {
    subject: subjectOf(wanted),
    steps: [
      {
        kind: 'step',
        title: `validate constraint ${wanted.name}`,
        prepare: async (session) => ((await find(session)).validated ? undefined : validate(wanted)),
        explain: explainViolation(context, wanted),
      },
    ],
    async prove(session) {
      if ((await find(session)).validated) return;
      throw missing(
        migration,
        `constraint ${wanted.name} of ${relationName(wanted.table)} is NOT VALID: rows from before it are not checked`,
        `Run ${validate(wanted)}; then retry.`,
      );
    },
  };
}
