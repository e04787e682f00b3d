import type { BackfillProgress } from '../../control.js';

/** A backfill has come to the end of the time that it was given, or is paused; what it has done is committed, and it goes on later. */
export class Unfinished extends Error {
  override readonly name = 'Unfinished';

  constructor(readonly progress: BackfillProgress) {
    super('the backfill continues with the next request');
  }
}
