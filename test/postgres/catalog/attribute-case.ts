import type { DifferenceClass } from '../../../src/catalog/kind.js';

/** One deliberate change of one attribute. */
export interface Change {
  readonly attribute: string;
  /** Run after `make`, before the first reading. */
  readonly given?: string;
  /** The change. */
  readonly to: string;
  readonly class: DifferenceClass;
  /** Other differences that the change must bring with it, as `kind attribute`. */
  readonly also?: readonly string[];
  /** `server_version_num` that the change needs. */
  readonly since?: number;
}

/** How one kind of object is made, dropped and changed. Every attribute of the kind has a change (a unit test sees to it). */
export interface KindCases {
  readonly kind: string;
  /** What must be there before; read on both sides. */
  readonly given?: string;
  readonly make: string;
  readonly drop: string;
  readonly added: DifferenceClass;
  readonly removed: DifferenceClass;
  /** Differences beside the object itself when it is added or removed, as `kind added`. */
  readonly also?: readonly string[];
  readonly changes: readonly Change[];
}

export const ROLE = 'create role "Röle.1"; grant create on schema public to "Röle.1";';
