import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { DeployRun } from '../../../src/client/deploy-run.js';
import { follow } from '../../../src/client/follow.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Milliseconds after which Temporal answers a long poll for the end of a workflow that has not ended. */
const LONG_POLL = 20_000;
/** From the eleventh listener on Node warns on stderr. */
const FEW = 10;

const count = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

it('following a deploy for an hour gathers no listeners, so that Node does not warn', async () => {
  let most = 0;
  const seen: AbortSignal[] = [];
  const look = (signal: AbortSignal): void => {
    most = Math.max(most, count(signal));
  };
  const withAbortSignal = async (signal: AbortSignal, work: () => Promise<unknown>): Promise<unknown> => {
    seen.push(signal);
    // As the SDK does: each poll adds a listener and takes none away.
    const polling = setInterval(() => {
      signal.addEventListener('abort', () => undefined);
      look(signal);
    }, LONG_POLL);
    try {
      return await Promise.race([
        work(),
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted')))),
      ]);
    } finally {
      clearInterval(polling);
    }
  };
  const interrupt = new AbortController();
  const run = {
    client: { withAbortSignal },
    handle: () => ({ result: () => new Promise(() => undefined) }),
    status: () => {
      look(interrupt.signal);
      return Promise.resolve('no worker');
    },
  } as unknown as DeployRun;

  const following = follow({ run, runId: 'r', digest: 'd', whole: false, interrupt: interrupt.signal });
  let sights = 0;
  const reading = (async () => {
    for (let next = await following.next(); !next.done; next = await following.next()) sights += 1;
  })();
  await vi.advanceTimersByTimeAsync(3_600_000);
  expect(sights).toBeGreaterThan(1_000);
  expect(seen.length).toBeGreaterThan(20);
  expect(most).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(FEW);

  interrupt.abort();
  await vi.advanceTimersByTimeAsync(10_000);
  await reading;
  expect(count(interrupt.signal)).toBe(0);
});
