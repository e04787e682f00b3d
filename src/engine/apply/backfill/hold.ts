import type { BackfillProgress } from '../../control.js';

/** What stands against the next batch. */
export interface Hold {
  /** The setting that says so. */
  readonly by: NonNullable<BackfillProgress['heldBy']>;
  /** In words: `standby b is 7.2 s behind (limit 5 s)`. */
  readonly why: string;
}
