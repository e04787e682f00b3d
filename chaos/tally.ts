import type { Waits } from '../bench/customer.js';
import type { BackfillResult } from './backfill.js';

/** What a chaos run counts. */
export class Tally {
  readonly disturbances = new Map<string, number>();
  /** Milliseconds from the SIGKILL of the worker at work to the next attempt's session, with nothing else disturbed in between. */
  readonly resumes: number[] = [];
  deploys = 0;
  takeOvers = 0;
  recoveries = 0;
  retries = 0;
  readonly anomalies: string[] = [];

  count(what: string): void {
    this.disturbances.set(what, (this.disturbances.get(what) ?? 0) + 1);
  }

  get kills(): number {
    return this.sum(isKill);
  }

  private sum(counts: (what: string) => boolean): number {
    return [...this.disturbances].filter(([what]) => counts(what)).reduce((sum, [, count]) => sum + count, 0);
  }

  private list(counts: (what: string) => boolean): string {
    return [...this.disturbances]
      .filter(([what]) => counts(what))
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([what, count]) => `${count} ${what.replace(/^SIGKILL (of )?/, '')}`)
      .join(', ');
  }

  /** Of rollouts to a fleet: what stands in the ledgers of its members. */
  fleetSummary(minutes: number, seed: number): string {
    return [
      `chaos of a fleet: seed ${seed}, ${minutes.toFixed(1)} minutes`,
      `  deploys      ${this.deploys}, of one release to one member each, held against its files, effects and journal`,
      `  kills        ${this.kills} by SIGKILL: ${this.list(isKill)}`,
      `  and          ${this.list((what) => !isKill(what))}`,
      `  take-overs   ${this.takeOvers} of a member's deploy by another, ${this.retries} attempts that failed and were retried`,
      `  anomalies    ${this.anomalies.length}`,
      ...this.anomalies.map((line) => `    ${line}`),
    ].join('\n');
  }

  /** Of backfills, one after the other over all rows of a table. */
  backfillSummary(minutes: number, seed: number, result: BackfillResult & { readonly rows: number }): string {
    const { rows, backfills, batches, vacuums, waits, paused, growth, bloat, events, hours } = result;
    const waited = ({ worst, p99, count }: Waits): string =>
      `${worst.toFixed(0)} ms at most, ${p99.toFixed(0)} ms at the 99th percentile of ${count.toLocaleString('en')} changes`;
    return [
      `chaos of a backfill: seed ${seed}, ${minutes.toFixed(1)} minutes`,
      `  backfills    ${backfills} of ${rows.toLocaleString('en')} rows, each held against every row: ${batches} batches that add 1, ${vacuums} VACUUM`,
      `  kills        ${this.kills} by SIGKILL: ${this.list(isKill)}`,
      `  and          ${this.list((what) => !isKill(what))}`,
      `  take-overs   ${this.takeOvers} of a deploy by another, ${this.retries} attempts that failed and were retried`,
      `  application  waited ${waited(waits)}; ${waited(paused)} while a worker stood still`,
      `  table        ${Math.round(100 * growth)} % larger after one backfill at most, ${Math.round(100 * bloat)} % larger than its rows after all of them`,
      `  history      ${events} events in ${(hours * 60).toFixed(1)} minutes, of all runs`,
      `  anomalies    ${this.anomalies.length}`,
      ...this.anomalies.map((line) => `    ${line}`),
    ].join('\n');
  }

  summary(minutes: number, seed: number): string {
    const sorted = this.resumes.toSorted((a, b) => a - b);
    const at = (share: number): string =>
      sorted.length === 0
        ? '-'
        : `${(sorted[Math.min(Math.floor(sorted.length * share), sorted.length - 1)]! / 1000).toFixed(1)} s`;
    return [
      `chaos: seed ${seed}, ${minutes.toFixed(1)} minutes`,
      `  deploys      ${this.deploys}, each compared with an undisturbed run`,
      `  kills        ${this.kills} by SIGKILL: ${this.list(isKill)}`,
      `  and          ${this.list((what) => !isKill(what))}`,
      `  take-overs   ${this.takeOvers} of a deploy by another, ${this.retries} attempts that failed and were retried`,
      `  recoveries   ${this.recoveries} INVALID indexes or pending detaches without a builder, all healed`,
      `  resume after SIGKILL of the worker at work: median ${at(0.5)}, 95th ${at(0.95)}, worst ${at(1)} (${sorted.length} measured; heartbeat timeout 6 s)`,
      `  anomalies    ${this.anomalies.length}`,
      ...this.anomalies.map((line) => `    ${line}`),
    ].join('\n');
  }
}

function isKill(what: string): boolean {
  return what.startsWith('SIGKILL');
}
