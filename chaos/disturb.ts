import { setTimeout as sleep } from 'node:timers/promises';
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
}

type Disturbance = (victim: Victim) => Promise<void>;

/** How often each comes, out of the sum. */
const CHOICE: [number, string, Disturbance][] = [
  [34, 'SIGKILL of a worker', killWorker],
  [14, 'SIGSTOP of a worker', pauseWorker],
  [12, 'pg_terminate_backend', terminateBackend],
  [5, 'SIGKILL of a backend', killBackend],
  [
    4,
    'PostgreSQL restart',
    ({ servers, random }) => servers.restartPostgres((['fast', 'immediate', 'kill'] as const)[Math.floor(random() * 3)]!),
  ],
  [3, 'PostgreSQL pause', ({ servers, random }) => servers.pausePostgres(500 + random() * 2_000)],
  [4, 'Temporal restart', ({ servers, random }) => servers.restartTemporal(random() < 0.5 ? 'SIGKILL' : 'SIGTERM')],
  [3, 'Temporal pause', ({ servers, random }) => servers.pauseTemporal(500 + random() * 2_500)],
  [10, 'SIGKILL of the command line', ({ cli }) => Promise.resolve(cli().signal('SIGKILL'))],
  [8, 'traffic that holds locks', holdLocks],
  [3, 'termination of the workflow', ({ terminate }) => terminate()],
];

export async function disturb(victim: Victim): Promise<void> {
  let at = victim.random() * CHOICE.reduce((sum, [weight]) => sum + weight, 0);
  const [, name, act] = CHOICE.find(([weight]) => (at -= weight) < 0)!;
  victim.tally.count(name);
  await act(victim);
}

function anyOf<T>(things: readonly T[], random: () => number): T | undefined {
  return things[Math.floor(random() * things.length)];
}

/** Mostly the one at work. Where it is, and in half of the cases nothing else is disturbed until the next attempt, the time to it is noted. */
async function killWorker({ workers, watch, random, tally, finished }: Victim): Promise<void> {
  const { port, attempt } = watch.sight;
  const working = workers.find((worker) => worker.alive() && port !== undefined && ownsPort(worker.pid, port));
  const worker =
    random() < 0.8 && working
      ? working
      : anyOf(
          workers.filter((one) => one.alive()),
          random,
        );
  const measured = worker !== undefined && worker === working && random() < 0.6;
  const started = Date.now();
  worker?.signal('SIGKILL');
  if (!measured) return;
  while (watch.sight.attempt <= attempt) {
    if (finished() || Date.now() - started > 60_000) return;
    await sleep(50);
  }
  tally.resumes.push(Date.now() - started);
}

async function pauseWorker({ workers, random }: Victim): Promise<void> {
  const worker = anyOf(
    workers.filter((one) => one.alive()),
    random,
  );
  worker?.signal('SIGSTOP');
  const wake = sleep(1_000 + random() * 11_000).then(() => worker?.signal('SIGCONT'));
  // Half of the pauses go on while other things happen.
  if (random() < 0.5) await wake;
}

async function terminateBackend({ servers, random, url }: Victim): Promise<void> {
  await pids(servers, url).then(async (found) => {
    const pid = anyOf(found, random);
    if (pid !== undefined) await servers.postgres.query('select pg_terminate_backend($1)', [pid]);
  });
}

async function killBackend({ servers, random, url }: Victim): Promise<void> {
  const pid = anyOf(await pids(servers, url), random);
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

async function pids({ postgres }: Servers, url: string): Promise<number[]> {
  const rows = await postgres.query<{ pid: number }>(
    `select pid from pg_stat_activity where application_name ~ '^pawl:' and datname = $1`,
    [new URL(url).pathname.slice(1)],
  );
  return rows.map((row) => row.pid);
}

/** An application at work: what is to be changed is locked for a while, and CONCURRENTLY has somebody to wait for. */
async function holdLocks({ url, random }: Victim): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, application_name: 'shop' });
  client.on('error', () => undefined);
  await client.connect();
  await client.query('begin; update items set kind = kind where id = 1').catch(() => undefined);
  void sleep(500 + random() * 3_000).then(() => client.end());
}
