import type { CheckReport, LockVerdict, RelationLock, Size } from '../../check/report.js';
import { counted } from '../../text/counted.js';

/** `AccessExclusiveLock` as SQL and the manual write it: `ACCESS EXCLUSIVE`. */
export function modeWords(mode: RelationLock['mode']): string {
  return mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase();
}

/** Who has to wait for a lock. */
export function whoWaits({ blocks }: Pick<RelationLock, 'blocks'>): string {
  if (blocks.includes('reads')) return blocks.includes('writes') ? 'readers and writers' : 'readers';
  if (blocks.includes('writes')) return 'writers';
  return blocks.includes('schema') ? 'other schema changes' : 'nobody';
}

/** What a lock is held for: its own work and that of later statements. */
export function reasonWords({ work, meanwhile }: Pick<RelationLock, 'work' | 'meanwhile'>): string {
  const others = [...new Set(meanwhile.map((other) => `${other.work} of ${other.relation}`))].join(' and ');
  const own = work[0] ?? '';
  if (others === '') return own || 'catalog only';
  return own === '' ? `held during ${others}` : `${own}, then held during ${others}`;
}

/** How long, as far as it is known. */
export function durationWords({ seconds, verdict }: Pick<RelationLock, 'seconds' | 'verdict'>): string {
  const long = verdict === 'OUTAGE' || verdict === 'BLOCKS_WRITES';
  if (!long) return 'a moment';
  if (seconds === undefined) return 'as long as the table is large';
  if (seconds < 1) return 'under a second';
  if (seconds < 90) return `about ${Math.round(seconds)} s`;
  return seconds < 5400 ? `about ${Math.round(seconds / 60)} min` : `about ${(seconds / 3600).toFixed(1)} h`;
}

/** `12 GB, 3.4 M rows`. */
export function sizeWords({ bytes, rows }: Size): string {
  return `${scaled(bytes, 1024, ['B', 'kB', 'MB', 'GB', 'TB'])}, ${scaled(rows, 1000, ['', 'k', 'M', 'G'])} rows`;
}

function scaled(value: number, step: number, units: readonly string[]): string {
  let at = 0;
  let rest = value;
  while (rest >= step && at < units.length - 1) {
    rest /= step;
    at += 1;
  }
  return `${rest < 10 && at > 0 ? rest.toFixed(1) : Math.round(rest)} ${units[at]}`.trim();
}

/** Worst last. */
export const VERDICTS: readonly LockVerdict[] = ['SAFE', 'BRIEF', 'BLOCKS_WRITES', 'OUTAGE'];

/** A verdict as a person says it. */
export const VERDICT_WORDS: Record<LockVerdict, string> = {
  SAFE: 'safe',
  BRIEF: 'brief',
  BLOCKS_WRITES: 'blocks writes',
  OUTAGE: 'outage',
};

/** What it was checked on: `PostgreSQL 15.18, UTC, on a copy of orders`. */
export function groundWords({
  serverVersion,
  timeZone,
  start,
  sized,
}: Pick<CheckReport, 'serverVersion' | 'timeZone' | 'start' | 'sized'>): string {
  return `PostgreSQL ${serverVersion}, ${timeZone}, on ${start ?? 'an empty database'}${sized ? '' : '; table sizes unknown'}`;
}

/** What a check without a start state takes for granted; undefined where it had one, or judged each migration by itself. */
export function assumptionWords({ start, scope }: Pick<CheckReport, 'start' | 'scope'>): string | undefined {
  if (start !== undefined || scope !== 'deploy') return undefined;
  return 'Judged as one deploy onto an empty database: tables that it makes itself have no rows and no users yet. With --base <branch> only what is new is judged, with --each every file as a deploy of its own.';
}

/** One line on what was found. */
export function summaryWords(summary: {
  failed: number;
  errors: number;
  warnings: number;
  notices: number;
  allowed: number;
}): string {
  const { failed, errors, warnings, notices, allowed } = summary;
  const parts = [
    ...[failed > 0 ? `${failed} failed` : '', count(errors, 'error'), count(warnings, 'warning'), count(notices, 'notice')],
    allowed > 0 ? `${allowed} allowed` : '',
  ];
  return parts.filter((part) => part !== '').join(', ') || 'nothing found';
}

function count(number: number, word: string): string {
  return number === 0 ? '' : counted(number, word);
}
