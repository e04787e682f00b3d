import { isDecision, isEvent } from '../../engine/ledger/events.js';
import type { DeployRecord, LogEntry } from '../../engine/ledger/log.js';
import { migrationNames } from './log.js';

/** A stretch of time, milliseconds since the epoch. */
export interface Bar {
  readonly kind: 'deploy' | 'stage' | 'exec' | 'assert' | 'approve' | 'signal' | 'applied' | 'waited' | 'blocked';
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

/** A moment. */
export interface Mark {
  readonly kind: 'failed' | 'decision';
  readonly at: number;
  readonly title: string;
}

/** One line of the picture. */
export interface Track {
  readonly name: string;
  readonly level: 'deploy' | 'stage' | 'migration';
  readonly bars: readonly Bar[];
  readonly marks: readonly Mark[];
}

const OTHER_STAGES = ['exec', 'assert', 'approve', 'signal'] as const;

interface Detail {
  readonly name?: string;
  readonly stage?: string;
  readonly milliseconds?: number;
  readonly state?: string;
  readonly message?: string;
  readonly blockers?: readonly { pid: number; application: string }[];
}

/** The entries of one deploy, oldest first, as lines of a Gantt chart: the deploy, its stages, their migrations. */
export function deployTracks(deploy: DeployRecord, entries: readonly LogEntry[]): Track[] {
  const end = deploy.finishedAt?.getTime() ?? entries.at(-1)?.at.getTime() ?? deploy.startedAt.getTime();
  const decisions = entries.filter(isDecision);
  const whole: Track = {
    name: 'deploy',
    level: 'deploy',
    bars: [{ kind: 'deploy', from: deploy.startedAt.getTime(), to: end, title: deploy.outcome ?? 'not ended' }],
    marks: decisions.map((entry) => ({ kind: 'decision', at: entry.at.getTime(), title: decisionText(entry) })),
  };
  const applied = entries.filter(({ kind }) => kind === 'migration.applied');
  const stages = [...new Set(applied.map((entry) => detailOf(entry).stage ?? ''))];
  const tracks = stages.flatMap((stage) => {
    const own = applied.filter((entry) => detailOf(entry).stage === stage);
    const migrations = own.map((entry) => migrationTrack(entry.version ?? '', entries, decisions, end));
    const bars = migrations.flatMap(({ bars }) => bars);
    const title = `${stage}: ${own.length} applied`;
    const bar: Bar = {
      kind: 'stage',
      from: Math.min(...bars.map(({ from }) => from)),
      to: Math.max(...bars.map(({ to }) => to)),
      title,
    };
    return [{ name: stage, level: 'stage' as const, bars: [bar], marks: [] }, ...migrations];
  });
  const others = entries.filter((entry) => entry.kind === 'stage.ended' && !stages.includes(detailOf(entry).name ?? ''));
  const open = new Set(
    entries.flatMap(({ kind, version }) => (kind === 'migration.failed' && version !== null ? [version] : [])),
  );
  for (const { version } of applied) open.delete(version ?? '');
  return [
    whole,
    ...inOrder([...tracks, ...others.map(stageTrack)]),
    ...[...open].map((version) => migrationTrack(version, entries, decisions, end)),
  ];
}

/** A stage that holds no migrations: a program, assertions, an approval, dependents. */
function stageTrack(entry: LogEntry): Track {
  const { name = '', stage, state = '', milliseconds = 0 } = detailOf(entry);
  const kind = OTHER_STAGES.find((other) => other === stage) ?? 'stage';
  const to = entry.at.getTime();
  const title = `${state}, ${kind === 'approve' ? 'waited ' : ''}${milliseconds} ms`;
  return {
    name: name === kind ? kind : `${kind} ${name}`,
    level: 'stage',
    bars: [{ kind, from: to - milliseconds, to, title }],
    marks: [],
  };
}

/** Stages in the order in which they began, each with its migrations below it. */
function inOrder(tracks: readonly Track[]): Track[] {
  const groups: Track[][] = [];
  for (const track of tracks) {
    if (track.level === 'stage') groups.push([track]);
    else groups.at(-1)?.push(track);
  }
  return groups.sort(([a], [b]) => (a?.bars[0]?.from ?? 0) - (b?.bars[0]?.from ?? 0)).flat();
}

function migrationTrack(version: string, all: readonly LogEntry[], decisions: readonly LogEntry[], end: number): Track {
  const entries = all.filter((entry) => entry.version === version);
  const failures = entries.filter((entry) => isEvent(entry, 'migration.failed'));
  const bars = entries.flatMap((entry): Bar[] => {
    const { milliseconds = 0, blockers = [] } = detailOf(entry);
    const to = entry.at.getTime();
    const stretch = { from: to - milliseconds, to };
    if (entry.kind === 'migration.applied') return [{ kind: 'applied', ...stretch, title: `applied in ${milliseconds} ms` }];
    if (entry.kind !== 'migration.waited') return [];
    const who = blockers.map(({ pid, application }) => `session ${pid} (${application || 'no application name'})`).join(', ');
    return [{ kind: 'waited', ...stretch, title: `waited ${milliseconds} ms for ${who}` }];
  });
  const marks = failures.map((entry): Mark => ({
    kind: 'failed',
    at: entry.at.getTime(),
    title: detailOf(entry).message ?? 'failed',
  }));
  const name = migrationNames(entries).get(version) ?? version;
  return { name, level: 'migration', bars: [...blockedBars(failures, entries, decisions, end), ...bars], marks };
}

/** From a failure that nothing followed by itself to the decision about it. */
function blockedBars(
  failures: readonly LogEntry[],
  own: readonly LogEntry[],
  decisions: readonly LogEntry[],
  end: number,
): Bar[] {
  return failures.flatMap((failure): Bar[] => {
    const from = failure.at.getTime();
    const next = own.find((entry) => entry.at.getTime() > from && isAttempt(entry));
    const decision = decisions.find((entry) => entry.at.getTime() > from);
    if (next && (!decision || next.at < decision.at)) return [];
    return [{ kind: 'blocked', from, to: decision?.at.getTime() ?? end, title: 'blocked: waits for a decision' }];
  });
}

function isAttempt(entry: LogEntry): boolean {
  return isEvent(entry, 'migration.failed') || isEvent(entry, 'migration.waited') || entry.kind === 'migration.applied';
}

export function decisionText({ kind, version, by, reason }: LogEntry): string {
  const verb = kind.replace(/^operator\.|^migration\./, '');
  return [verb, version, by === null ? '' : `by ${by}`, reason === null ? '' : `(${reason})`].filter(Boolean).join(' ');
}

export function detailOf({ detail }: LogEntry): Detail {
  return detail;
}
