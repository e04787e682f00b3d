import { constraintPiece } from './pieces/constraint.js';
import { indexPiece } from './pieces/index-build.js';
import { keyPiece } from './pieces/key.js';
import { notNullPiece } from './pieces/not-null.js';
import { validationPiece } from './pieces/validation.js';
import type { Piece, PieceContext } from './piece.js';
import type { Wanted } from './wanted.js';

/** How a wanted thing is put on and proved. */
export function pieceOf(context: PieceContext, wanted: Wanted): Piece {
  switch (wanted.want) {
    case 'not null':
      return notNullPiece(context, wanted);
    case 'validation':
      return validationPiece(context, wanted);
    case 'index':
      return indexPiece(context, wanted);
    case 'constraint':
      return isKeyWithColumns(wanted.kind, wanted.fields) ? keyPiece(context, wanted) : constraintPiece(context, wanted);
  }
}

/** A key that a concurrent index can be built for: not one USING INDEX, which has it, and not WITHOUT OVERLAPS, whose index is another kind. */
function isKeyWithColumns(kind: string, fields: Readonly<Record<string, unknown>>): boolean {
  return ['CONSTR_UNIQUE', 'CONSTR_PRIMARY'].includes(kind) && fields['indexname'] === undefined && !fields['without_overlaps'];
}
