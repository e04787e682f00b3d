import { expect, it } from 'vitest';
import { unlessAborted } from '../../../src/client/pause.js';

const NEVER = new Promise<string>(() => undefined);

it('hands on an answer, and an error', async () => {
  const { signal } = new AbortController();
  await expect(unlessAborted(Promise.resolve('yes'), signal)).resolves.toBe('yes');
  await expect(unlessAborted(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
});

it('waits no longer for an answer once it is aborted, or was before', async () => {
  const going = new AbortController();
  const answer = unlessAborted(NEVER, going.signal);
  going.abort();
  await expect(answer).resolves.toBeUndefined();
  await expect(unlessAborted(NEVER, going.signal)).resolves.toBeUndefined();
});
