import type { Step } from '../apply/step.js';
import type { Migration } from '../files/migration.js';
import type { Statement } from '../files/statements.js';
import type { Session } from '../postgres/connect.js';
import type { EngineTarget } from '../target.js';

/** One wanted thing of a file: how it is put on, and how it is proved afterwards. */
export interface Piece {
  /** What is proved; two pieces with one subject count once. */
  readonly subject: string;
  readonly steps: readonly Step[];
  /** @throws EngineError `CONSTRAINT_MISSING`, `CONSTRAINT_CONFLICT`, `INDEX_CONFLICT` */
  prove(session: Session): Promise<void>;
}

/** Where a wanted thing is written. */
export interface PieceContext {
  readonly target: Pick<EngineTarget, 'showValues'>;
  readonly migration: Migration;
  readonly statement: Statement;
}
