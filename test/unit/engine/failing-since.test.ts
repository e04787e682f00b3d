import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EngineError, type ErrorCode } from '../../../src/engine/error.js';
import { failingSince } from '../../../src/engine/failing-since.js';

beforeEach(() => vi.useFakeTimers({ now: 100_000 }));
afterEach(() => vi.useRealTimers());

const failed = (code: ErrorCode): EngineError => new EngineError(code, 'retry', 'failed', { next: '' });

it.each<[string, ErrorCode, number, number | undefined, number]>([
  ['the first failure', 'CONNECTION_LOST', 99_000, undefined, 100_000],
  ['one after others', 'CONNECTION_LOST', 99_000, 70_000, 70_000],
  ['one after long work', 'CONNECTION_LOST', 10_000, 5_000, 100_000],
  ['one after a long wait for a lock', 'LOCK_TIMEOUT', 10_000, 5_000, 5_000],
])('attempts fail since: %s', (_, code, began, earlier, since) => {
  expect(failingSince({ began, error: failed(code), patience: 60_000, earlier })).toBe(since);
});
