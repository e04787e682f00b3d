import type { ReleaseWorkers } from '../temporal/worker.js';
import { untilIdle } from '../temporal/open-work.js';
import { onInterrupt } from './deploy/interrupt.js';

/** When a worker ends, beside being told to. */
export interface Lifetime {
  /** Milliseconds without an open deploy of its release after which it ends. */
  readonly untilIdle?: number | undefined;
  /** Milliseconds that it goes on serving open deploys after it was told to stop. */
  readonly drain?: number | undefined;
}

/** Milliseconds without an open deploy after which a worker that was told to stop is drained. */
const DRAINED = 3_000;

/**
 * Shuts workers down when they are told to stop or have nothing to do any more. Told a second time, they hand over what runs at once.
 * @returns what takes the listeners away again
 */
export function limitLifetime(workers: ReleaseWorkers, lifetime: Lifetime, say: (text: string) => void): () => void {
  const over = new AbortController();
  const stopped = onInterrupt();
  const disposals = [stopped.dispose, () => over.abort()];
  const drain = async (): Promise<void> => {
    if (lifetime.drain === undefined || over.signal.aborted) return workers.shutdown();
    say('Told to stop: serving the open deploys of this release to their end first. A second signal hands them over now.');
    const again = onInterrupt();
    disposals.push(again.dispose);
    await untilIdle(workers, DRAINED, AbortSignal.any([again.signal, over.signal, AbortSignal.timeout(lifetime.drain)]));
    workers.shutdown();
  };
  stopped.signal.addEventListener('abort', () => void drain());
  if (lifetime.untilIdle !== undefined) {
    void untilIdle(workers, lifetime.untilIdle, AbortSignal.any([stopped.signal, over.signal])).then(() => {
      if (stopped.signal.aborted || over.signal.aborted) return;
      say('No deploy of this release is open: the worker ends.');
      workers.shutdown();
    });
  }
  return () => disposals.forEach((dispose) => dispose());
}
