import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Break } from './build-copy.js';
import type { Program } from './program.js';
import type { Servers } from './servers.js';
import type { Tally } from './tally.js';
import { ownsPort, type Watch } from './watch.js';

/** A deploy under way, with what can be done to it. */
export interface Victim {
  readonly workers: Program[];
  readonly cli: () => Program;
  readonly servers: Servers;
  readonly watch: Watch;
  readonly url: string;
  readonly random: () => number;
  readonly tally: Tally;
  /** Terminates the workflow; the next command line starts a new one, which takes over. */
  readonly terminate: () => Promise<void>;
  readonly finished: () => boolean;
  /** What keeps the build from being right, where it is a broken one. */
  readonly broken: Break | undefined;
}

/** @returns what was done, in words; undefined when there was nothing to do it to */
type Disturbance = (victim: Victim) => Promise<string | undefined>;

/** How often each comes, out of the sum. */
const CHOICE: [number, Disturbance][] = [
  [34, killWorker],
  [12, pauseWorker],
  [8, terminateBackend],
  [6, killBackend],
  [4, stopPostgres],
  [2, pausePostgres],
  [3, stopTemporal],
  [2, pauseTemporal],
  [20, killCommandLine],
  [6, holdLocks],
  [2, terminateWorkflow],
  [6, endWorker],
  [4, cancelBackend],
  [3, fillServer],
  [1, failOver],
];

/** What a broken build can only be found by. */
const BETRAYS: Partial<Record<Break, Disturbance>> = { cancel: cancelBackend };

export async function disturb(victim: Victim): Promise<void> {
  const often = victim.broken && BETRAYS[victim.broken];
  const choice = CHOICE.map(([weight, act]): [number, Disturbance] => [act === often ? weight * 20 : weight, act]);
  let at = victim.random() * choice.reduce((sum, [weight]) => sum + weight, 0);
  const [, act] = choice.find(([weight]) => (at -= weight) < 0)!;
  const what = await act(victim);
  if (what) victim.tally.count(what);
}

function anyOf<T>(things: readonly T[], random: () => number): T | undefined {
  return things[Math.floor(random() * things.length)];
}

/**
 * Where the one at work is hit, and in some cases nothing else is disturbed until the next attempt, the time to it is noted.
 */
async function killWorker(victim: Victim): Promise<string | undefined> {
  const { watch, random, tally, finished } = victim;
  const [worker, working] = await chooseWorker(victim);
  const measured = random() < 0.25;
  if (!worker) return undefined;
  const { attempt } = watch.sight;
  const started = Date.now();
  worker.signal('SIGKILL');
  if (!working) return 'SIGKILL of a worker';
  while (measured && watch.sight.attempt <= attempt && !finished() && Date.now() - started < 60_000) await sleep(50);
  if (measured && watch.sight.attempt > attempt) tally.resumes.push(Date.now() - started);
  return 'SIGKILL of the worker at work';
}

/** The one at work is preferred, and in half of the cases waited for. @returns it, and whether it is at work */
async function chooseWorker(victim: Victim): Promise<[Program | undefined, boolean]> {
  const { workers, watch, random } = victim;
  const atWork = (): Program | undefined =>
    workers.find((worker) => worker.alive() && watch.sight.port !== undefined && ownsPort(worker.pid, watch.sight.port));
  const waits = random() < 0.5;
  const pause = random() * 400;
  if (waits && (await comes(victim, atWork))) await sleep(pause);
  const working = atWork();
  if (working) return [working, true];
  return [
    anyOf(
      workers.filter((worker) => worker.alive()),
      random,
    ),
    false,
  ];
}

/** Waits a moment for something to disturb. */
async function comes<T>({ finished }: Victim, look: () => T | Promise<T>): Promise<T> {
  const started = Date.now();
  for (;;) {
    const found = await look();
    if (found !== undefined || finished() || Date.now() - started > 1_500) return found;
    await sleep(50);
  }
}

/** Mostly for so long that it is taken for dead and wakes up beside its successor. */
async function pauseWorker(victim: Victim): Promise<string | undefined> {
  const { random } = victim;
  const [worker, working] = await chooseWorker(victim);
  if (!worker) return undefined;
  worker.signal('SIGSTOP');
  const wake = sleep((working ? 7_000 : 1_000) + random() * 5_000).then(() => worker.signal('SIGCONT'));
  // Sat out, the successor lives long enough to be at work when the other wakes up; the rest continue while other things happen.
  if (random() < (working ? 0.7 : 0.1)) await wake;
  return working ? 'SIGSTOP of the worker at work' : 'SIGSTOP of a worker';
}

async function terminateBackend(victim: Victim): Promise<string | undefined> {
  const pid = await comes(victim, () => anySession(victim));
  if (pid === undefined) return undefined;
  await victim.servers.postgres.query('select pg_terminate_backend($1)', [pid]);
  return 'pg_terminate_backend';
}

async function killBackend(victim: Victim): Promise<string | undefined> {
  const pid = await comes(victim, () => anySession(victim));
  if (pid === undefined) return undefined;
  process.kill(pid, 'SIGKILL');
  return 'SIGKILL of a backend';
}

async function anySession({ servers, random, url }: Victim): Promise<number | undefined> {
  const rows = await servers.postgres.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name ~ '^pawl:' and datname = $1`,
    [new URL(url).pathname.slice(1)],
  );
  return anyOf(rows, random)?.pid;
}

async function stopPostgres({ servers, random }: Victim): Promise<string> {
  const mode = random() < 0.5 ? 'kill' : random() < 0.5 ? 'immediate' : 'fast';
  await servers.restartPostgres(mode);
  return mode === 'kill' ? 'SIGKILL of PostgreSQL' : `${mode} stop of PostgreSQL`;
}

async function pausePostgres({ servers, random }: Victim): Promise<string> {
  await servers.pausePostgres(500 + random() * 2_000);
  return 'SIGSTOP of PostgreSQL';
}

async function stopTemporal({ servers, random }: Victim): Promise<string> {
  const signal = random() < 0.7 ? 'SIGKILL' : 'SIGTERM';
  await servers.restartTemporal(signal);
  return `${signal} of Temporal`;
}

async function pauseTemporal({ servers, random }: Victim): Promise<string> {
  await servers.pauseTemporal(500 + random() * 2_500);
  return 'SIGSTOP of Temporal';
}

function killCommandLine({ cli }: Victim): Promise<string | undefined> {
  if (!cli().alive()) return Promise.resolve(undefined);
  cli().signal('SIGKILL');
  return Promise.resolve('SIGKILL of the command line');
}

/** An application at work: what is to be changed is locked for a while, and CONCURRENTLY has somebody to wait for. */
async function holdLocks({ url, random }: Victim): Promise<string> {
  const client = new pg.Client({ connectionString: url, application_name: 'shop' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin; update items set kind = kind where id = 1').catch(() => undefined);
  void sleep(500 + random() * 3_000).then(() => client.end());
  return 'traffic that holds locks';
}

async function terminateWorkflow({ terminate }: Victim): Promise<string> {
  await terminate();
  return 'termination of the workflow';
}

/** As a node that is drained, or a rolling update. */
async function endWorker(victim: Victim): Promise<string | undefined> {
  const [worker, working] = await chooseWorker(victim);
  worker?.signal('SIGTERM');
  return worker && (working ? 'SIGTERM of the worker at work' : 'SIGTERM of a worker');
}

/** A DBA who stops a statement of the files, and does not want it to come back by itself. */
async function cancelBackend(victim: Victim): Promise<string | undefined> {
  const database = new URL(victim.url).pathname.slice(1);
  const cancel = async (): Promise<true | undefined> => {
    const rows = await victim.servers.postgres.query(
      `select pg_cancel_backend(pid) from pg_stat_activity
       where application_name ~ '^pawl:' and datname = $1 and state = 'active' and query ~ 'pg_sleep'`,
      [database],
    );
    return rows.length > 0 ? true : undefined;
  };
  return (await comes(victim, cancel)) && 'pg_cancel_backend by a DBA';
}

/** Clients of the application pile up until the server takes no more. */
async function fillServer({ url, random }: Victim): Promise<string> {
  const clients: pg.Client[] = [];
  try {
    for (let n = 0; n < 300; n += 1) {
      const client = new pg.Client({ connectionString: url, application_name: 'crowd' });
      client.on('error', () => undefined);
      await client.connect();
      clients.push(client);
    }
  } catch {
    // 53300: this is what was wanted.
  }
  await sleep(2_000 + random() * 6_000);
  await Promise.all(clients.map((client) => client.end().catch(() => undefined)));
  return 'server at its connection limit';
}

/** The synchronous standby takes over: all that was told as committed is there, on a new timeline. */
async function failOver({ servers }: Victim): Promise<string> {
  await servers.postgres.failOver();
  return 'failover to a standby';
}
