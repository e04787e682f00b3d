import { Context } from '@temporalio/activity';
import { Runtime } from '@temporalio/worker';
import type { AppliedEntry } from '../contract/activities.js';
import { parseWorkflowId } from '../contract/names.js';
import type { BackfillProgress } from '../engine/control.js';
import { EngineError } from '../engine/error.js';

/** Not that of the activity, which adds its queue to each series: a new one with each release. */
const meter = () => Runtime.instance().metricMeter;

/** Counts what was applied and how long each migration took. */
export function countApplied(applied: readonly AppliedEntry[]): void {
  const duration = meter().createHistogram('pawl_migration_duration_seconds', 'float', undefined, 'How long a migration took.');
  for (const [, , milliseconds] of applied) duration.record(milliseconds / 1_000, tags());
  meter().createCounter('pawl_migrations_applied', undefined, 'Migrations applied.').add(applied.length, tags());
}

/** Counts an attempt that failed, by its code; `verdict` tells whether it is tried again. */
export function countFailure(error: unknown): void {
  const { code, verdict } = error instanceof EngineError ? error : { code: 'UNEXPECTED', verdict: 'blocked' };
  meter()
    .createCounter('pawl_failures', undefined, 'Attempts that failed.')
    .add(1, { ...tags(), code, verdict });
}

/** Counts a wait for other sessions. */
export function countWait(milliseconds: number): void {
  const wait = meter().createHistogram(
    'pawl_lock_wait_seconds',
    'float',
    undefined,
    'How long one attempt waited for other sessions.',
  );
  wait.record(milliseconds / 1_000, tags());
}

/** Shows how far the backfill is and what holds it up, as long as its activity works on it. */
export class BackfillGauges {
  readonly #rows = meter().createGauge('pawl_backfill_rows', 'int', undefined, 'Rows that the backfill under way has changed.');
  readonly #held = meter().createGauge('pawl_backfill_held', 'int', undefined, '1 while a setting holds the backfill up.');
  #by: BackfillProgress['heldBy'];

  look({ rows, heldBy }: BackfillProgress): void {
    this.#rows.set(rows, tags());
    this.#hold(heldBy);
  }

  /** Nobody works on it any more, so that nothing holds it up. */
  end(): void {
    this.#hold(undefined);
  }

  #hold(by: BackfillProgress['heldBy']): void {
    if (by === this.#by) return;
    if (this.#by !== undefined) this.#held.set(0, { ...tags(), by: this.#by });
    if (by !== undefined) this.#held.set(1, { ...tags(), by });
    this.#by = by;
  }
}

function tags(): Record<string, string> {
  const { target = '', environment = '' } = parseWorkflowId(Context.current().info.workflowExecution?.workflowId) ?? {};
  return { target, environment };
}
