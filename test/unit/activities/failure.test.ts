import { describe, expect, it } from 'vitest';
import { activityFailure } from '../../../src/activities/failure.js';
import { EngineError } from '../../../src/engine/error.js';

const locked = new EngineError('LOCK_TIMEOUT', 'retry', 'locked', { next: 'Wait.' });

describe('activityFailure', () => {
  it('waits longer before each attempt that follows a failure, up to 20 s', () => {
    const delays = [1, 2, 3, 20].map((attempt) => activityFailure(locked, true, attempt).nextRetryDelay);
    expect(delays).toEqual([1_000, 1_500, 2_250, 20_000]);
  });

  it('is final, without a delay, where patience has run out and where no retry cures', () => {
    const broken = new EngineError('SQL_FAILED', 'blocked', 'broken', { next: 'Correct it.' });
    for (const failure of [
      activityFailure(locked, false, 1),
      activityFailure(broken, true, 1),
      activityFailure(new Error('?'), true, 1),
    ]) {
      expect(failure.nonRetryable).toBe(true);
      expect(failure.nextRetryDelay).toBeUndefined();
    }
  });
});
