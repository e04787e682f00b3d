import { Runtime, type Logger, type LogLevel, type MetricsExporterConfig } from '@temporalio/worker';
import { createLog, type LogFormat } from './log.js';

export interface TelemetryOptions {
  /** `host:port` that Prometheus scrapes, `/metrics`; none without it. */
  readonly metrics?: string | undefined;
  readonly logFormat: LogFormat;
  /** What is less grave is not logged. */
  readonly level?: LogLevel | undefined;
}

/** Seconds: a migration takes milliseconds or hours, and so does a wait for a lock. */
const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200];

/** Sets log and metrics of this process; the SDK takes them once, before its first connection. @returns the log, for what the process says itself */
export function installTelemetry({ metrics, logFormat, level = 'INFO' }: TelemetryOptions): Logger {
  const logger = createLog(logFormat, level);
  Runtime.install({
    // The command shuts its workers down itself: some serve on for a while.
    shutdownSignals: [],
    logger,
    telemetryOptions: {
      // What the SDK's core has to say goes the same way: by itself it writes coloured text.
      logging: { forward: {}, filter: { core: level === 'ERROR' ? 'ERROR' : 'WARN', other: 'ERROR' } },
      ...(metrics !== undefined && { metrics: exporter(metrics) }),
    },
  });
  return logger;
}

/** Ends what was set, where work ended before its first connection: the SDK's core would go on waiting for something to log, and the process with it. */
export async function endTelemetry(): Promise<void> {
  await Runtime.instance().shutdown();
}

function exporter(bindAddress: string): MetricsExporterConfig {
  return {
    prometheus: {
      bindAddress,
      countersTotalSuffix: true,
      unitSuffix: true,
      useSecondsForDurations: true,
      histogramBucketOverrides: { pawl_migration_duration_seconds: BUCKETS, pawl_lock_wait_seconds: BUCKETS },
    },
  };
}
