import type { BackfillProgress } from '../../control.js';
import type { BackfillRow } from '../../ledger/backfills.js';
import type { Hold } from './hold.js';
import { roughly } from '../../../text/duration.js';

/** How fast a backfill is, and how large its next batch is to be. */
export class Pace {
  #rate: number | undefined;
  #at = Date.now();

  /** Rows of the table in the next batch. */
  size: number;

  constructor(
    first: number,
    readonly bounds: readonly [least: number, most: number],
  ) {
    this.size = this.#within(first);
  }

  /**
   * A batch took so long: the next one is larger or smaller, by half at most.
   * @param aim,took milliseconds
   */
  committed(seen: number, took: number, aim: number): void {
    const factor = Math.min(Math.max(aim / Math.max(took, 1), 0.5), 1.5);
    // The last batch of a pass is short and says nothing about a whole one.
    if (seen >= this.size) this.size = this.#within(Math.round(this.size * factor));
    const now = Date.now();
    const rate = (seen * 1000) / Math.max(now - this.#at, 1);
    this.#rate = this.#rate === undefined ? rate : this.#rate + 0.1 * (rate - this.#rate);
    this.#at = now;
  }

  /** A batch did not come to its end. @returns whether a smaller one can be tried */
  halve(): boolean {
    if (this.size <= 1) return false;
    this.size = Math.max(Math.floor(this.size / 2), 1);
    return true;
  }

  #within(size: number): number {
    const [least, most] = this.bounds;
    return Math.min(Math.max(size, least), most);
  }

  /** Time in which it stood still says nothing about its rate. */
  resumed(): void {
    this.#at = Date.now();
  }

  progressOf({ version, rows, seen, estimate, pass, pausedBy }: BackfillRow, hold?: Hold): BackfillProgress {
    const known = estimate !== null && estimate > 0 && pass === 1;
    const left = known ? Math.max(estimate - seen, 0) : undefined;
    return {
      version,
      rows,
      percent: known ? Math.min(Math.floor((100 * seen) / estimate), 99) : undefined,
      rate: this.#rate === undefined ? undefined : Math.round(this.#rate),
      seconds: left === undefined || !this.#rate ? undefined : Math.round(left / this.#rate),
      size: this.size,
      waits: hold?.why,
      heldBy: pausedBy === null ? hold?.by : 'pause',
      pausedBy: pausedBy ?? undefined,
    };
  }
}

/** `backfill: 1,240,000 rows, 24 %, 8,400 rows/s, 7 min left`. */
export function progressLine({ rows, percent, rate, seconds, waits, between, pausedBy }: BackfillProgress): string {
  const state = pausedBy ? `paused by ${pausedBy}` : waits === undefined ? between : `waiting: ${waits}`;
  return [
    `backfill: ${rows.toLocaleString('en')} rows`,
    percent === undefined ? undefined : `${percent} %`,
    state ?? (rate === undefined ? undefined : `${rate.toLocaleString('en')} rows/s`),
    state || seconds === undefined ? undefined : `${roughly(seconds)} left`,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}
