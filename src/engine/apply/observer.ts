import type pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { Shutdown, type Control, type Progress, type SessionView } from '../control.js';
import { EngineError } from '../error.js';
import { drop } from '../postgres/close.js';
import { companionOf } from '../postgres/companion.js';
import type { Session } from '../postgres/connect.js';
import { viewSessions } from '../postgres/sessions.js';
import { CLOSED_PATH } from '../postgres/settings.js';
import type { EngineTarget } from '../target.js';

/** Milliseconds before a piece of work is looked at: most migrations are over by then and cost no look at all. */
const GRACE = 400;
const INTERVAL = 500;

/** What the observer saw; `waitsFor` names the blockers of a lock timeout. */
export interface Observed {
  waitsFor: readonly SessionView[];
  /** Milliseconds spent waiting for others, to within half a second. */
  waited: number;
  /** Which statement of the file runs, from 1, where it is known. */
  statement?: number | undefined;
  blockedOthersTooLong: boolean;
  /** How many statements of the file are committed already. */
  committed?: number | undefined;
  /** What a statement has left in the database that the next attempt clears away. */
  left?: string | undefined;
  /** What the work says of itself, in the place of what was said at first. */
  news?: Partial<Progress>;
  /** What stays committed although the piece of work is cancelled. */
  stays?: string | undefined;
  /** The server goes on with what runs, without us. */
  leaves?: boolean;
  /** Set to false while a failed statement is cleaned up after: that must not be cancelled too. */
  cancellable: boolean;
}

/**
 * Runs a piece of work and watches its session from a second connection: who blocks it, whom it blocks, how far an index build is.
 * When `control.signal` is aborted, or the target's `abortIfBlocking` is exceeded, the running statement is cancelled in the server.
 */
export async function observed<T>(
  session: Session,
  target: EngineTarget,
  control: Control,
  doing: Progress,
  work: (seen: Observed) => Promise<T>,
): Promise<T> {
  const seen: Observed = { waitsFor: [], waited: 0, blockedOthersTooLong: false, cancellable: true };
  let finished: AbortController | undefined;
  let watching: Promise<void> | undefined;
  const look = (): void => {
    finished ??= new AbortController();
    watching ??= watch(session, target, control, doing, seen, finished.signal);
  };
  const grace = setTimeout(look, GRACE);
  if (control.signal.aborted) look();
  control.signal.addEventListener('abort', look);
  try {
    return await work(seen);
  } catch (error) {
    if (control.signal.aborted) throw cancelled(doing, seen, error);
    if (seen.blockedOthersTooLong) throw blockingOthers(target, doing, error);
    throw error;
  } finally {
    clearTimeout(grace);
    control.signal.removeEventListener('abort', look);
    finished?.abort();
    await watching;
  }
}

async function watch(
  session: Session,
  target: EngineTarget,
  control: Control,
  doing: Progress,
  seen: Observed,
  finished: AbortSignal,
): Promise<void> {
  // It began to work, and maybe to wait, that much earlier.
  let before = Date.now() - GRACE;
  const woken = AbortSignal.any([finished, control.signal]);
  let blockingSince: number | undefined;
  // The session has it open already, or opens it next.
  const companion = companionOf(target.url);
  while (!finished.aborted) {
    try {
      const look = await companion.use(async (client) => {
        await client.query(`set ${CLOSED_PATH}`);
        const seenNow = await lookAt(client, session.pid, target.showQueries);
        // The server goes on with a build whose client is gone; hours of work would be lost with a cancel.
        seen.leaves = control.signal.reason instanceof Shutdown && seenNow.build !== undefined;
        if (seen.leaves) drop(session.client);
        else if (seen.cancellable && (control.signal.aborted || seen.blockedOthersTooLong))
          await client.query('select pg_catalog.pg_cancel_backend($1)', [session.pid]);
        return seenNow;
      });
      if (look.waitsFor.length > 0) {
        seen.waitsFor = look.waitsFor;
        seen.waited += Date.now() - before;
      }
      before = Date.now();
      control.report({ ...doing, ...seen.news, statement: seen.statement, ...look });
      blockingSince = exceeds(target, look.blocks) ? (blockingSince ?? Date.now()) : undefined;
      const limit = target.abortIfBlocking?.milliseconds;
      if (limit !== undefined && blockingSince !== undefined && Date.now() - blockingSince >= limit)
        seen.blockedOthersTooLong = true;
    } catch (error) {
      // The observer only looks; when it cannot (server restarting, no connection left) the work goes on and reports that itself.
      control.report({ ...doing, doing: `${doing.doing} (not observed: ${(error as Error).message})` });
    }
    await pause(control.signal.aborted || seen.blockedOthersTooLong ? 100 : INTERVAL, control.signal.aborted ? finished : woken);
  }
  await companion.release();
}

interface Look {
  readonly seconds: number | undefined;
  readonly waitsFor: readonly SessionView[];
  readonly blocks: readonly SessionView[];
  readonly build: Progress['build'];
}

interface Sight {
  readonly waits: number[];
  readonly blocks: number[];
  readonly seconds: number | null;
  readonly phase: string | null;
  readonly percent: number | null;
}

async function lookAt(client: pg.Client, pid: number, showQueries: boolean): Promise<Look> {
  const { rows } = await client.query<Sight>(
    `select pg_catalog.pg_blocking_pids($1) as waits,
            array(select a.pid from pg_catalog.pg_stat_activity a where a.wait_event_type = 'Lock' and $1 = any(pg_catalog.pg_blocking_pids(a.pid))) as blocks,
            (select extract(epoch from pg_catalog.clock_timestamp() - a.query_start)::int from pg_catalog.pg_stat_activity a where a.pid = $1 and a.state = 'active') as seconds,
            p.phase, (100 * p.blocks_done / nullif(p.blocks_total, 0))::int as percent
     from (select 1) one left join pg_catalog.pg_stat_progress_create_index p on p.pid = $1`,
    [pid],
  );
  const { waits, blocks, seconds, phase, percent } = rows[0]!;
  const views = waits.length + blocks.length === 0 ? [] : await viewSessions(client, [...waits, ...blocks], showQueries);
  return {
    seconds: seconds ?? undefined,
    waitsFor: views.filter((view) => waits.includes(view.pid)),
    blocks: views.filter((view) => blocks.includes(view.pid)),
    build: phase === null ? undefined : { phase, percent },
  };
}

function exceeds(target: EngineTarget, blocks: readonly SessionView[]): boolean {
  return target.abortIfBlocking !== undefined && blocks.length >= target.abortIfBlocking.sessions;
}

async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

function cancelled(doing: Progress, { committed = 0, left, leaves, stays: rest }: Observed, cause: unknown): EngineError {
  const stays = [
    ...(committed === 0
      ? []
      : [`its first ${committed === 1 ? 'statement' : `${committed} statements`} stay${committed === 1 ? 's' : ''} committed`]),
    ...(rest ? [rest] : []),
    ...(left ? [`${left} stays until the next deploy clears it away`] : []),
    ...(leaves ? ['the server continues with the index build, which the next attempt takes over'] : []),
  ];
  const what = stays.length === 0 ? 'it is rolled back' : stays.join('; ');
  return new EngineError(
    'CANCELLED',
    'cancelled',
    `cancelled while ${doing.doing}${doing.name ? ` ${doing.name}` : ''}; ${what}`,
    {
      next: 'Deploy again to continue from here.',
      version: doing.version,
      cause,
    },
  );
}

function blockingOthers(target: EngineTarget, doing: Progress, cause: unknown): EngineError {
  const limit = target.abortIfBlocking!;
  return new EngineError(
    'BLOCKING_OTHERS',
    'retry',
    `${doing.name ?? 'the statement'} was cancelled: it blocked ${limit.sessions} or more sessions for ${limit.milliseconds / 1000} s (abortIfBlocking)`,
    { next: 'Deploy at a quieter hour, or split the migration.', version: doing.version, cause },
  );
}
