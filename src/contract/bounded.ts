import type { Blocker, DeployStatus, Fault, Finding, MigrationStatus, StageStatus, TimelineEntry, Work } from './deploy.js';

/**
 * What crosses to Temporal has a limit, each shape its own: a payload is to stay under 256 KB whatever a server, a file or another client
 * says. The whole text is in the worker's log and in the ledger.
 */

/** Characters of a message, and of what to do about it. */
export const MESSAGE = 2_000;
/** Characters of a name: a version, a file, a stage. */
export const NAME = 300;
/** Stages of a target. */
export const STAGES = 150;

const LINE = 500;
const STAGE_NAME = 100;
const LIST_BYTES = 40_000;
const SESSIONS = 10;
const QUERY = 300;
const WORD = 64;

/** A text without what JSON, PostgreSQL or a page trips over (NUL, half characters), cut at so many characters, which it says. */
export function boundedText(text: unknown, longest: number): string {
  const whole = typeof text === 'string' ? text : text === undefined || text === null ? '' : `(${typeof text})`;
  const cut = whole.length > longest ? `${whole.slice(0, longest)}… (${whole.length - longest} more characters)` : whole;
  return cut.replaceAll('\u0000', '').replace(/\p{Cs}/gu, '\ufffd');
}

/** The first entries that fit into so many entries and so many bytes of JSON. */
export function boundedList<T>(list: readonly T[], entries: number, bytes = LIST_BYTES): T[] {
  let room = bytes;
  const end = list.findIndex((entry, at) => at === entries || (room -= bytesOf(JSON.stringify(entry))) < 0);
  return end < 0 ? [...list] : list.slice(0, end);
}

/** Bytes of a text in UTF-8. */
export function bytesOf(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += character < '\u0080' ? 1 : character < '\u0800' ? 2 : character.length === 2 ? 4 : 3;
  return bytes;
}

export function boundedFault(fault: Fault): Fault {
  const { code, message, next, version, file, line, column, sqlstate } = fault;
  return {
    code: boundedText(code, WORD),
    message: boundedText(message, MESSAGE),
    next: boundedText(next, MESSAGE),
    version: optional(version, NAME),
    file: optional(file, NAME * 2),
    line: line === undefined ? undefined : Number(line),
    column: column === undefined ? undefined : Number(column),
    sqlstate: optional(sqlstate, WORD),
  };
}

/** The first findings, errors before warnings, and how many were left out. */
export function boundedFindings(findings: readonly Finding[]): { findings: Finding[]; moreFindings: number } {
  const inOrder = [...findings.filter(isError), ...findings.filter((finding) => !isError(finding))];
  const kept = boundedList(
    inOrder.slice(0, 50).map(({ severity, code, message, next }) => ({
      severity,
      code,
      message: boundedText(message, MESSAGE),
      next: optional(next, MESSAGE),
    })),
    50,
  );
  return { findings: kept, moreFindings: findings.length - kept.length };
}

function isError({ severity }: Finding): boolean {
  return severity === 'error';
}

/** What a worker tells about its work, from whomever it comes; undefined when it is no such thing. */
export function boundedWork(work: unknown): Work | undefined {
  if (typeof work !== 'object' || work === null) return undefined;
  const { doing, name, statement, seconds, applied, waitsFor, blocks, backfill, build, attempt, failure } = work as Partial<Work>;
  const { failingSince, givesUpAt, at } = work as Partial<Work>;
  if (typeof doing !== 'string') return undefined;
  return {
    doing: boundedText(doing, NAME),
    name: optional(name, NAME),
    statement: optionalNumber(statement),
    seconds: optionalNumber(seconds),
    applied: optionalNumber(applied),
    ...boundedBlockers('waitsFor', 'moreWaitsFor', waitsFor),
    ...boundedBlockers('blocks', 'moreBlocks', blocks),
    backfill: typeof backfill === 'object' && backfill !== null ? { heldBy: optional(backfill.heldBy, WORD) } : undefined,
    build:
      typeof build === 'object' && build !== null
        ? { phase: boundedText(build.phase, WORD), percent: optionalNumber(build.percent) ?? null }
        : undefined,
    attempt: optionalNumber(attempt) ?? 1,
    failure: optional(failure, MESSAGE),
    failingSince: optional(failingSince, WORD),
    givesUpAt: optional(givesUpAt, WORD),
    at: optional(at, WORD),
  };
}

function boundedBlockers(list: 'waitsFor' | 'blocks', more: 'moreWaitsFor' | 'moreBlocks', sessions: unknown): Partial<Work> {
  if (!Array.isArray(sessions)) return {};
  const known = sessions.filter((session: unknown) => typeof session === 'object' && session !== null) as Blocker[];
  const shown = known.slice(0, SESSIONS).map(({ pid, application, user, state, seconds, query }): Blocker => ({
    pid: optionalNumber(pid) ?? 0,
    application: boundedText(application, WORD),
    user: boundedText(user, WORD),
    state: boundedText(state, WORD),
    seconds: optionalNumber(seconds) ?? null,
    query: optional(query, QUERY),
  }));
  const hidden = known.length - shown.length;
  return { [list]: shown, ...(hidden > 0 && { [more]: hidden }) };
}

/** One line of the story. */
export function boundedLine(text: string): string {
  return boundedText(text, LINE);
}

/** A status as it may be answered to a query or carried over: the newest lines, and the migrations around the place where it is. */
export function boundedStatus(status: DeployStatus): DeployStatus {
  const { fault, timeline, stages, findings, work } = status;
  let room = LIST_BYTES;
  const bounded = stages.slice(0, STAGES).map((stage): StageStatus => {
    const migrations = boundedList(aroundOpen(stage.migrations), 200, room);
    room -= bytesOf(JSON.stringify(migrations));
    const { kind, name, state, total, applied, skipped, left, startedAt, endedAt } = stage;
    return { kind, name: boundedText(name, STAGE_NAME), state, total, applied, skipped, left, migrations, startedAt, endedAt };
  });
  return {
    ...status,
    stages: bounded,
    fault: fault && boundedFault(fault),
    work: boundedWork(work),
    findings: boundedList(findings, 50),
    timeline: newest(timeline),
  };
}

/** The newest ones that are done and the next ones, where a long list has to be cut. */
function aroundOpen(migrations: readonly MigrationStatus[]): readonly MigrationStatus[] {
  const open = migrations.findIndex(({ state }) => ['pending', 'running', 'blocked', 'failed'].includes(state));
  const here = open < 0 ? migrations.length : open;
  return migrations.slice(Math.max(0, here - 100), here + 100);
}

/** The newest lines of a story that fit. */
export function newest(timeline: readonly TimelineEntry[]): TimelineEntry[] {
  return boundedList(timeline.slice(-200).reverse(), 200).reverse();
}

function optional(text: unknown, longest: number): string | undefined {
  return text === undefined || text === null ? undefined : boundedText(text, longest);
}

function optionalNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
