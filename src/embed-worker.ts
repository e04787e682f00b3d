/**
 * Serving deploys from a process of one's own: what `import ... from 'pawl/worker'` gives. Importing it loads nothing of Temporal, and neither it nor
 * its functions set anything process-wide: log and metrics are those of the process (`Runtime.install` of `@temporalio/worker`).
 */
import type { WorkerPlugin } from '@temporalio/worker';

/** Which deploys are served. */
export interface OpenWorkersOptions {
  /** Names in the configuration; all of them by default. */
  readonly targets?: readonly string[] | undefined;
  /** The file of the configuration; by default `pawl.config.*` in `cwd` or a folder above. */
  readonly config?: string | undefined;
  /** By default the working directory of the process. */
  readonly cwd?: string | undefined;
  /** What the release that is here is called, for whoever starts deploys without files; PAWL_RELEASE by default, else no such start is answered. */
  readonly release?: string | undefined;
}

/** Workers that are connected, and poll while they run. */
export interface PawlWorkers {
  /** Task queues, one for each release. */
  readonly queues: readonly string[];
  /** Serves until {@link shutdown}; rejects when a worker dies. */
  run(): Promise<void>;
  /** Ends or hands over what runs, then lets `run` resolve. */
  shutdown(): void;
}

/**
 * Reads the files that are here and connects workers that serve exactly them, as `pawl worker` does. Needs the package `@temporalio/worker`.
 * @throws ConfigError; EngineError for files that cannot be deployed; TemporalError
 * @example
 * const workers = await openWorkers({ release: process.env.GIT_SHA });
 * process.once('SIGTERM', () => workers.shutdown());
 * await workers.run();
 */
export async function openWorkers({
  targets = [],
  config,
  cwd = process.cwd(),
  release,
}: OpenWorkersOptions = {}): Promise<PawlWorkers> {
  const { loadConfig } = await import('./config/load.js');
  const { openWorkers } = await import('./worker.js');
  const loaded = await loadConfig({ cwd, file: config });
  return openWorkers(loaded, targets, process.env, release ?? (process.env['PAWL_RELEASE'] || undefined));
}

/**
 * Makes an existing worker process of Temporal serve deploys as well: Pawl's workers run while that worker runs, on queues of their own.
 * @example
 * const worker = await Worker.create({ ...mine, plugins: [pawlPlugin({ targets: ['orders'] })] });
 * await worker.run();
 */
export function pawlPlugin(options: OpenWorkersOptions = {}): WorkerPlugin {
  return {
    name: 'pawl',
    async runWorker(worker, next) {
      const workers = await openWorkers(options);
      const serving = workers.run();
      const running = next(worker);
      try {
        // One that dies ends the other: a process that serves half of what it should looks healthy.
        await Promise.race([running, serving.then(() => new Promise<never>(() => undefined))]);
      } finally {
        workers.shutdown();
        if (worker.getState() === 'RUNNING') worker.shutdown();
        // Neither is left at work, whichever has died.
        await Promise.allSettled([running, serving]);
      }
      await serving;
    },
  };
}
