import type { Size, Statistics } from './report.js';
import type { Work } from './trace/statement-trace.js';

/** A table this small is scanned or rewritten in less time than it takes to notice. */
const SMALL_BYTES = 8 * 1024 * 1024;

/** Bytes a second that a single backend gets through on ordinary disks, from the cautious side. */
const BYTES_PER_SECOND: Record<Work, number> = {
  rewrite: 50 * 1024 * 1024,
  'index build': 50 * 1024 * 1024,
  scan: 200 * 1024 * 1024,
};

/** Unknown is not small. */
export function isSmall(size: Size | undefined): boolean {
  return size !== undefined && size.bytes < SMALL_BYTES;
}

/** Seconds that work on a table of this size takes; the works follow one another. */
export function secondsFor(works: readonly Work[], size: Size): number {
  const long = works.includes('rewrite') ? works.filter((work) => work === 'rewrite') : works;
  return long.reduce((sum, work) => sum + size.bytes / BYTES_PER_SECOND[work], 0);
}

export function sizeOf(statistics: Statistics | undefined, relation: string): Size | undefined {
  return statistics?.[relation];
}
