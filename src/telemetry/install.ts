import { DefaultLogger, Runtime } from '@temporalio/worker';
import { logLine } from './log-line.js';
import { logText } from './log-text.js';

export interface TelemetryOptions {
  /** `host:port` that Prometheus scrapes, `/metrics`; none without it. */
  readonly metrics?: string | undefined;
  readonly logFormat: 'text' | 'json';
}

/** Seconds: a migration takes milliseconds or hours, and so does a wait for a lock. */
const BUCKETS = [0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800, 7_200];

/** Sets log and metrics of this process; the SDK takes them once, before its first connection. */
export function installTelemetry({ metrics, logFormat }: TelemetryOptions): void {
  const line = logFormat === 'json' ? logLine : logText;
  Runtime.install({
    // The command shuts its workers down itself: some serve on for a while.
    shutdownSignals: [],
    logger: new DefaultLogger('INFO', (entry) => void process.stderr.write(`${line(entry)}\n`)),
    ...(metrics === undefined ? {} : { telemetryOptions: { metrics: exporter(metrics) } }),
  });
}

function exporter(bindAddress: string) {
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
