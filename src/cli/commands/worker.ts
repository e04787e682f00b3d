import { loadConfig } from '../../config/load.js';
import { resolveTarget } from '../../config/resolve.js';
import { milliseconds } from '../../text/duration.js';
import { releaseLabel } from '../actor.js';
import type { Command } from '../context.js';
import { exitCodeOf } from '../error-exit.js';
import { EXIT } from '../exit-code.js';
import { errorDocument } from '../view/error.js';
import { limitLifetime } from '../worker-lifetime.js';

export interface WorkerSettings {
  /** None serves all targets of the configuration. */
  readonly targets: readonly string[];
  /** `host:port` for Prometheus; PAWL_METRICS without it. */
  readonly metrics?: string | undefined;
  /** `host:port` that answers `/healthz` and `/readyz`; PAWL_HEALTH without it. */
  readonly health?: string | undefined;
  /** Base address of a collector, `http://collector:4318`; PAWL_TRACES without it. */
  readonly traces?: string | undefined;
  /** What the release that is here is called; PAWL_RELEASE or the git commit without it. */
  readonly release?: string | undefined;
  /** End once no deploy of its release has been open for this long, such as `10m`. */
  readonly untilIdle?: string | undefined;
  /** Told to stop, serve open deploys of its release for at most this long. */
  readonly drain?: string | undefined;
  /** PAWL_LOG_FORMAT without it. */
  readonly logFormat?: 'text' | 'json' | undefined;
}

/** Serves the deploys of the files that are here, until it is told to stop; then what runs is ended or handed over first. */
export const worker: Command<WorkerSettings> = async (context, { targets, traces, ...settings }) => {
  const { cwd, configFile, environment, output } = context;
  const { PAWL_METRICS, PAWL_HEALTH, PAWL_LOG_FORMAT, PAWL_RELEASE } = environment;
  const label = settings.release ?? (PAWL_RELEASE || (await releaseLabel(context)));
  const metrics = settings.metrics ?? (PAWL_METRICS || undefined);
  const health = settings.health ?? (PAWL_HEALTH || undefined);
  const logFormat = settings.logFormat ?? (PAWL_LOG_FORMAT === 'json' ? 'json' : 'text');
  const loaded = await loadConfig({ cwd, file: configFile });
  const { config } = loaded;
  for (const name of targets) if (!Object.hasOwn(config.fleets, name)) resolveTarget(name, config, environment);
  const served = targets.length > 0 ? targets : [...Object.keys(config.targets), ...Object.keys(config.fleets)];
  const { installTelemetry, endTelemetry } = await import('../../telemetry/install.js');
  const log = installTelemetry({ metrics, logFormat });
  const { openWorkers } = await import('../../worker.js');
  try {
    const workers = await openWorkers(
      loaded,
      targets,
      traces === undefined ? environment : { ...environment, PAWL_TRACES: traces },
      label,
    );
    log.info(`Worker for ${served.join(', ')}: polls ${workers.queues.join(', ')}`);
    const gauges =
      metrics === undefined ? undefined : new (await import('../../telemetry/target-gauges.js')).TargetGauges(workers);
    const server =
      health === undefined
        ? undefined
        : await (await import('../../telemetry/health-server.js')).startHealthServer(health, workers);
    gauges?.start();
    const dispose = limitLifetime(
      workers,
      { untilIdle: inMilliseconds(settings.untilIdle), drain: inMilliseconds(settings.drain) },
      (text) => {
        log.info(text);
      },
    );
    try {
      await workers.run();
    } finally {
      dispose();
      gauges?.stop();
      server?.close();
    }
    output.document({ queues: workers.queues, stopped: true });
    return EXIT.done;
  } catch (error) {
    await endTelemetry();
    if (logFormat === 'text') throw error;
    const { message, ...about } = errorDocument(error);
    log.error(String(message), about);
    return exitCodeOf(error);
  }
};

const inMilliseconds = (duration: string | undefined): number | undefined =>
  duration === undefined ? undefined : milliseconds(duration);
