import { Client } from '@temporalio/client';
import { NativeConnection, Runtime, Worker, type WorkerOptions } from '@temporalio/worker';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createActivities } from '../activities/deploy.js';
import { migrationStages, type HeldTarget } from '../config/held-target.js';
import type { HeldFleet } from '../config/hold-fleet.js';
import { parseMemberName } from '../config/resolve-fleet.js';
import type { DatabaseIdentity } from '../contract/deploy.js';
import type { FleetActivities } from '../contract/fleet.js';
import { releaseQueue } from '../contract/names.js';
import { formatIdentity } from '../contract/worker-identity.js';
import { EngineError } from '../engine/error.js';
import { readAhead } from '../engine/plan/findings.js';
import { createTell } from '../signal/tell.js';
import { connectionSettings } from './connection.js';
import type { Receivers } from '../config/notification.js';
import type { TemporalLink } from './link.js';
import { payloadSettings } from './payload-settings.js';
import { refuseOtherDatabases, watchQueue } from './queue-guard.js';
import { webUiLink } from './web-ui.js';
import { TemporalError } from './temporal-error.js';
import { whyUnreachable } from './why-unreachable.js';

/** Workers for some targets, one for each release: a queue is named after what it may run. */
export interface ReleaseWorkers {
  readonly queues: readonly string[];
  readonly held: readonly HeldTarget[];
  readonly client: Client;
  /** What each worker does just now: it polls while it is `RUNNING`. */
  states(): { readonly queue: string; readonly state: string }[];
  /** Runs until {@link shutdown}; rejects when a worker dies. */
  run(): Promise<void>;
  shutdown(): void;
}

/**
 * How one worker behaves on a machine of two cores. Heartbeats are not throttled away (the default waits 80 % of the timeout, and a cancel
 * with it), and a dead worker's workflow is given to another after 2 s instead of 10. Few polls, because each one that a paused or cut-off worker has open
 * swallows a task until its timeout.
 */
const OPTIONS = {
  maxHeartbeatThrottleInterval: '1s',
  defaultHeartbeatThrottleInterval: '1s',
  stickyQueueScheduleToStartTimeout: '2s',
  maxCachedWorkflows: 50,
  workflowThreadPoolSize: 1,
  maxConcurrentActivityTaskExecutions: 8,
  maxConcurrentWorkflowTaskExecutions: 4,
  maxConcurrentWorkflowTaskPolls: 2,
  maxConcurrentActivityTaskPolls: 1,
  shutdownGraceTime: '30s',
} satisfies Partial<WorkerOptions>;

/** Only waits, for Temporal: many at once cost nothing. */
const FRONT = { ...OPTIONS, maxConcurrentActivityTaskExecutions: 500, maxCachedWorkflows: 10 } satisfies Partial<WorkerOptions>;

export interface WorkerSettings {
  readonly environment: NodeJS.ProcessEnv;
  /** What the targets' addresses lead to, as far as they were reached. */
  readonly databases: ReadonlyMap<string, DatabaseIdentity>;
  readonly fleets?: readonly HeldFleet[] | undefined;
  /** What rolls a release out to the members of the fleets of one queue. */
  readonly fleetActivities?: ((fleets: readonly HeldFleet[], client: Client) => FleetActivities) | undefined;
  /** A worker beside those of the releases, for whoever starts deploys without files. */
  readonly front?: ((link: TemporalLink) => Pick<WorkerOptions, 'taskQueue' | 'identity' | 'activities'>) | undefined;
}

/**
 * Connects and creates the workers.
 * @throws TemporalError when Temporal does not answer; EngineError `WRONG_DATABASE` when a queue has a worker with another database
 */
export async function createWorkers(targets: readonly HeldTarget[], settings: WorkerSettings): Promise<ReleaseWorkers> {
  const { connectionOptions, address } = connectionSettings();
  const connection = await NativeConnection.connect({ ...connectionOptions, address }).catch(async (error: unknown) => {
    const cause = (await whyUnreachable(address, connectionOptions)) ?? (error as Error).message.split('\n')[0];
    throw new TemporalError(
      'TEMPORAL_UNREACHABLE',
      `Temporal does not answer at ${address}: ${cause}`,
      'Start it, or set TEMPORAL_ADDRESS; the worker needs it.',
      error,
    );
  });
  const workers: Worker[] = [];
  try {
    return await workersOn(connection, workers, targets, settings);
  } catch (error) {
    // A worker holds the connection until it has run.
    await Promise.all(workers.map((worker) => worker.runUntil(Promise.resolve())));
    await connection.close();
    throw error;
  }
}

/** @param workers takes each worker as soon as it is made */
async function workersOn(
  connection: NativeConnection,
  workers: Worker[],
  targets: readonly HeldTarget[],
  { environment, front, databases, fleets: allFleets = [], fleetActivities }: WorkerSettings,
): Promise<ReleaseWorkers> {
  const { namespace, address } = connectionSettings();
  const { dataConverter, encrypts } = payloadSettings(environment);
  const client = new Client({ connection, namespace, dataConverter });
  const common = { ...(await workflowCode(encrypts)), connection, namespace, dataConverter };
  const signals = {
    send: (workflowId: string, signal: string, argument: unknown) =>
      client.workflow.getHandle(workflowId).signal(signal, argument),
  };
  const tell = createTell(environment, signals);
  const link = (workflowId: string, runId: string): string | undefined =>
    webUiLink({ environment }, { address, namespace }, workflowId, runId);
  const byQueue = new Map<string, HeldTarget[]>();
  for (const held of targets) {
    const queue = releaseQueue(held.release.digest, held.target.environment);
    byQueue.set(queue, [...(byQueue.get(queue) ?? []), held]);
  }
  for (const fleet of allFleets) byQueue.set(queueOf(fleet), byQueue.get(queueOf(fleet)) ?? []);
  const idle = new AbortController();
  const since = Date.now();
  const names = [...targets.map(({ target }) => target.name), ...allFleets.map(({ name }) => name)];
  const identity = formatIdentity({
    name: `${process.pid}@${hostname()}`,
    since,
    targets: new Map(names.map((name) => [name, databases.get(name)])),
  });
  const guarded = [...byQueue].map(([queue, held]) => ({ client, namespace, queue, databases: databasesOf(held, databases) }));
  for (const queue of guarded) {
    await refuseOtherDatabases(queue, ({ poller, target, there }) => {
      Runtime.instance().logger.warn(
        `Worker ${poller.worker!.name} serves ${target} on ${there.label}, another database; waiting for it to be gone ...`,
      );
    });
  }
  for (const [taskQueue, held] of byQueue) {
    const fleets = allFleets.filter((fleet) => queueOf(fleet) === taskQueue);
    const holding = async (name: string): Promise<HeldTarget> => {
      idle.abort();
      return (await memberOf(fleets, name)) ?? find(held, name);
    };
    const receivers = async (name: string): Promise<Receivers> => {
      const fleet = fleets.find((one) => one.name === name);
      if (fleet) return fleet.receivers;
      const { notify: notifications, root, target } = await holding(name);
      return { notifications, root, showValues: target.showValues };
    };
    const activities = {
      ...createActivities({ held: holding, receivers, tell, environment, link }),
      ...fleetActivities?.(fleets, client),
    };
    workers.push(
      await Worker.create({
        ...OPTIONS,
        ...common,
        taskQueue,
        identity,
        activities,
      }),
    );
  }
  if (front) {
    const link = { client, address, namespace, close: () => Promise.resolve() };
    workers.push(await Worker.create({ ...FRONT, ...common, ...front(link) }));
  }
  const shutdown = (): void => workers.forEach((worker) => worker.getState() === 'RUNNING' && worker.shutdown());
  return {
    queues: [...byQueue.keys()],
    held: targets,
    client,
    states: () => workers.map((worker) => ({ queue: worker.options.taskQueue, state: worker.getState() })),
    async run() {
      const reading = readAhead(
        [...targets.flatMap(migrationStages), ...allFleets.flatMap(({ release }) => [...release.migrations.values()])],
        idle.signal,
      );
      const over = new AbortController();
      const watching = guarded.map((queue) => watchQueue(queue, since, over.signal));
      const running = Promise.all(workers.map((worker) => worker.run()));
      try {
        await Promise.race([running, Promise.all(watching).then(() => running)]);
        await reading;
      } catch (error) {
        shutdown();
        await running.catch(() => undefined);
        throw error;
      } finally {
        over.abort();
        idle.abort();
        await connection.close();
      }
    },
    shutdown,
  };
}

/**
 * The bundle that the build made; from the sources (tests) it is bundled on the spot.
 * @param encrypts whether failures of workflows are to be encoded; see src/workflows/failure-converter.ts
 */
async function workflowCode(encrypts: boolean): Promise<Pick<WorkerOptions, 'workflowBundle' | 'workflowsPath'>> {
  const bundle = fileURLToPath(new URL('../workflow-bundle.js', import.meta.url));
  if (encrypts) return { workflowBundle: { code: `globalThis.PAWL_ENCODES_FAILURES = true; ${await readFile(bundle, 'utf8')}` } };
  if (existsSync(bundle)) return { workflowBundle: { codePath: bundle } };
  return { workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)) };
}

/** Those of the targets that one queue serves. */
function databasesOf(
  held: readonly HeldTarget[],
  databases: ReadonlyMap<string, DatabaseIdentity>,
): ReadonlyMap<string, DatabaseIdentity> {
  return new Map([...databases].filter(([name]) => held.some(({ target }) => target.name === name)));
}

const queueOf = ({ release, environment }: HeldFleet): string => releaseQueue(release.digest, environment);

/** @returns undefined where the name is not that of a member of one of the fleets */
async function memberOf(fleets: readonly HeldFleet[], name: string): Promise<HeldTarget | undefined> {
  const wanted = parseMemberName(name);
  return fleets.find((fleet) => fleet.name === wanted?.fleet)?.find(wanted!.member);
}

function find(held: readonly HeldTarget[], name: string): HeldTarget {
  const found = held.find(({ target }) => target.name === name);
  if (found) return found;
  // Another worker of the queue may: targets of the same files share one.
  throw new EngineError('LEDGER_INCOMPLETE', 'retry', `this worker does not serve target ${name}`, {
    next: 'Add the target to the configuration of the worker.',
  });
}
