import { EngineError } from '../../error.js';
import type { BackfillRow, KeyValues } from '../../ledger/backfills.js';
import type { BatchFailed } from './batch.js';
import type { BatchContext } from './context.js';

/**
 * Says of a batch that is given up which rows it is about, and that all others before it are done.
 * @param timeout milliseconds, where one row alone took longer than a batch may
 */
export function blocked(
  { table, target, prepared }: BatchContext,
  failure: EngineError,
  { low, high }: BatchFailed,
  { rows }: BackfillRow,
  timeout?: number,
): EngineError {
  const { name, columns } = table;
  const shown = target.showValues || columns.every(({ plain }) => plain);
  const key = columns.length === 1 ? columns[0]!.name : `(${columns.map((column) => column.name).join(', ')})`;
  const range = shown
    ? `${key} ${low ? `after ${worded(low)} ` : ''}up to ${worded(high)}`
    : `${key} in a range that showValues names`;
  const done = `${rows.toLocaleString('en')} rows are done and stay; the rest is as it was`;
  return new EngineError(failure.code, failure.verdict, `${failure.message}; in the rows of ${name} with ${range}; ${done}`, {
    next:
      timeout === undefined
        ? failure.next
        : `One row takes longer than a batch may, which is ${timeout / 1000} s: twenty times \`backfill.batch\`, 5 s at least and \`statementTimeout\` at most. Raise the one that limits it, or make the statement faster; then retry.`,
    place: failure.place,
    excerpt: failure.excerpt,
    sqlstate: failure.sqlstate,
    version: prepared.migration.version,
    cause: failure.cause,
  });
}

const worded = (values: KeyValues): string => (values.length === 1 ? values[0]! : `(${values.join(', ')})`);
