import { Client, Connection } from '@temporalio/client';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, dropDatabase } from '../src/embedded/postgres.js';
import { temporaryDirectory } from '../test/support/directory.js';
import { startPgbouncer } from '../test/support/pgbouncer.js';
import type { Break } from './build-copy.js';
import { disturb } from './disturb.js';
import { writeFiles } from './migrations.js';
import { createOperator } from './operator.js';
import { comparePictures, findAnomalies, findLeftBehind, takePicture } from './picture.js';
import { startProgram, type Program } from './program.js';
import type { Servers } from './servers.js';
import type { Tally } from './tally.js';
import { Watch } from './watch.js';

export interface Round {
  readonly number: number;
  readonly main: string;
  readonly servers: Servers;
  readonly random: () => number;
  /** Decides where workers die: apart, since how many are started depends on the machine. */
  readonly deaths: () => number;
  readonly tally: Tally;
  readonly broken: Break | undefined;
}

/** Milliseconds of disturbances in one deploy, and until it must have ended after them. */
const DISTURBED = 120_000;
const CALM = 120_000;

const POINTS = [
  'before-connect',
  'before-lock',
  'before-transaction',
  'after-transaction',
  'after-intent',
  'before-statement',
  'after-statement',
  'after-done',
  'idle-in-transaction',
  'before-flush',
];

/** One deploy of new files into a new database, disturbed; then compared with an undisturbed one. Adds what is wrong to the tally. */
export async function runRound(round: Round): Promise<void> {
  const { number, main, servers, random, deaths, tally } = round;
  const target = `chaos-${number}`;
  const place = temporaryDirectory();
  const { files, half } = writeFiles(random);
  for (const [path, text] of Object.entries({ 'pawl.config.yaml': config(target), ...files })) {
    mkdirSync(dirname(join(place.directory, path)), { recursive: true });
    writeFileSync(join(place.directory, path), text);
  }
  const calmUrl = await createDatabase(servers.postgres.url, `calm_${number}`);
  const url = await createDatabase(servers.postgres.url, `chaos_${number}`);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    TEMPORAL_ADDRESS: servers.temporalAddress,
    USER: 'chaos',
    NO_COLOR: '1',
    DB: url,
  };
  const calm = startProgram(main, ['deploy', target, '--direct'], place.directory, { ...env, DB: calmUrl });
  if ((await calm.ended) !== 0) throw new Error(`the undisturbed run failed:\n${calm.output()}`);

  writeFileSync(join(place.directory, half.path), half.faulty);
  await refusesPooler(round, url, place.directory, env);
  const pooler = random() < 0.4 ? await startPgbouncer(url, 'session', { pool: 20 }) : undefined;
  if (pooler) {
    tally.count('a deploy through a pooler');
    env['DB'] = pooler.url;
  }

  const watch = new Watch(url);
  const workers: Program[] = [];
  const spawnWorker = (): Program => {
    const dies = !calming && deaths() < 0.3;
    const point = dies ? `${POINTS[Math.floor(deaths() * POINTS.length)]!}#${1 + Math.floor(deaths() * 3)}` : undefined;
    const worker = startProgram(main, ['worker'], place.directory, point ? { ...env, PAWL_CRASH_AT: point } : env);
    if (point) void worker.ended.then((code) => code === null && !stopping && pointsHit.push(point));
    return worker;
  };
  const pointsHit: string[] = [];
  let calming = false;
  let stopping = false;
  let finished = false;
  workers.push(spawnWorker(), spawnWorker());
  const supervising = (async () => {
    while (!stopping) {
      workers.forEach((worker, n) => {
        if (!worker.alive()) workers[n] = spawnWorker();
      });
      await sleep(200);
    }
  })();
  let cli = startProgram(main, ['deploy', target], place.directory, env);
  const operator = createOperator({
    main,
    target,
    directory: place.directory,
    env,
    corrected: { path: half.path, text: half.corrected },
    release: () => workers.forEach((worker) => worker.signal('SIGTERM')),
    count: (what) => tally.count(what),
  });
  const following = (async () => {
    for (;;) {
      const code = await cli.ended;
      if (code === 0) return;
      const broken = needsHuman(code, cli.output());
      if (broken && !(code === 3 && (await operator.decide(cli.output())))) {
        tally.anomalies.push(`round ${number}: ${broken}`);
        return;
      }
      if (stopping) return;
      await sleep(300);
      cli = startProgram(main, ['deploy', target], place.directory, env);
    }
  })().finally(() => (finished = true));

  const victim = {
    workers,
    cli: () => cli,
    servers,
    watch,
    url,
    random,
    tally,
    terminate: () => terminate(servers, target),
    finished: () => finished,
    broken: round.broken,
  };
  const started = Date.now();
  await sleep(1_500);
  while (!finished && Date.now() - started < DISTURBED) {
    await sleep(50 + random() * 600);
    if (!finished) await disturb(victim).catch((error: unknown) => process.stderr.write(`  (${(error as Error).message})\n`));
  }
  calming = true;
  const ended = await Promise.race([following.then(() => true), sleep(CALM, false)]);
  if (!ended)
    tally.anomalies.push(
      `round ${number}: the deploy did not end within ${CALM / 1000} s of calm; the command line last said:\n${cli.output().slice(-2_000)}\nand the workers:\n${workers.map((worker) => `(${worker.alive() ? 'alive' : 'ended'}) ${worker.output().slice(-600)}`).join('\n')}`,
    );

  if (ended) await settle(url);
  if (tally.anomalies.length === 0) {
    const found = [
      ...(await findAnomalies(url, half.version)),
      ...(await findLeftBehind(url)),
      ...comparePictures(await takePicture(calmUrl), await takePicture(url)),
    ];
    tally.anomalies.push(...found.map((line) => `round ${number}: ${line}`));
  }
  stopping = true;
  for (const program of [...workers, cli]) program.signal('SIGKILL');
  await supervising;
  for (const worker of workers) worker.signal('SIGKILL');
  await watch.stop();
  await pooler?.stop();
  for (const point of pointsHit) tally.count(`SIGKILL ${point.split('#')[0]!}`);
  tally.deploys += 1;
  tally.recoveries += watch.recoveries;
  // After an anomaly there may be no ledger to read.
  const counts = tally.anomalies.length === 0 ? await readCounts(url) : [];
  tally.takeOvers += counts[0]?.takenOver ?? 0;
  tally.retries += counts[0]?.failed ?? 0;
  if (tally.anomalies.length === 0) {
    await dropDatabase(servers.postgres.url, `calm_${number}`);
    await dropDatabase(servers.postgres.url, `chaos_${number}`);
    await place.remove();
  }
}

/** A pool in transaction mode would lose the lock: a deploy through it is refused before it does anything. */
async function refusesPooler(
  { main, tally, number }: Round,
  url: string,
  directory: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const pooler = await startPgbouncer(url, 'transaction', { pool: 20 });
  const refused = startProgram(main, ['deploy', `chaos-${number}`, '--direct'], directory, { ...env, DB: pooler.url });
  const code = await refused.ended;
  await pooler.stop();
  if (code === 4 && /pooler in transaction mode/.test(refused.output().replaceAll(/\s+/g, ' '))) return;
  tally.anomalies.push(
    `round ${number}: a pooler in transaction mode is not refused (exit ${code}): ${refused.output().slice(-1_000)}`,
  );
}

function config(target: string): string {
  return `targets:
  ${target}:
    database: { env: DB }
    lockTimeout: 1s
    stages:
      - migrate: migrations
      - exec: { name: tool, command: [sleep, '0.5'] }
      - constraints: constraints
      - assert: assertions
      - signal: [{ pgNotify: schema_changed }]
`;
}

/** What an operator would have to decide about, in words; nothing when the command line only lost its way. */
function needsHuman(code: number | null, output: string): string | undefined {
  if (code === 3) return `blocked:\n${output.slice(-2_000)}`;
  if (code !== 4) return undefined;
  // Temporal away, both workers dead, or the workflow terminated, all by us: not the deploy's failure.
  if (/does not answer|no worker holding|terminated|UNAVAILABLE|TEMPORAL_/i.test(output)) return undefined;
  return `failed:\n${output.slice(-2_000)}`;
}

async function terminate({ temporalAddress }: Servers, target: string): Promise<void> {
  const connection = await Connection.connect({ address: temporalAddress, connectTimeout: 3_000 });
  try {
    await new Client({ connection }).workflow.getHandle(`deploy/${target}`).terminate('chaos');
  } finally {
    await connection.close();
  }
}

/** Sessions of processes that were killed last need a moment to go; so does a paused worker. */
async function settle(url: string): Promise<void> {
  for (let look = 0; look < 150; look += 1) {
    const left = await findLeftBehind(url).catch(() => ['the server is away']);
    if (left.length === 0) return;
    await sleep(100);
  }
}

async function readCounts(url: string): Promise<{ takenOver: number; failed: number }[]> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (
      await client.query<{ takenOver: number; failed: number }>(
        `select count(*) filter (where kind = 'lease.taken-over')::int as "takenOver", count(*) filter (where kind = 'migration.failed')::int as failed from pawl.events`,
      )
    ).rows;
  } finally {
    await client.end();
  }
}
