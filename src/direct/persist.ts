import { setTimeout as sleep } from 'node:timers/promises';
import type { Control } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { failingSince } from '../engine/failing-since.js';

const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

/**
 * Repeats work while its failure is one that cures itself, with growing pauses; what Temporal's retry policy does for a worker.
 * @param patience milliseconds for which attempts may fail in a row
 */
export async function persist<T>(
  patience: number,
  control: Control,
  say: (text: string) => void,
  work: () => Promise<T>,
): Promise<T> {
  let since: number | undefined;
  for (let wait = FIRST_WAIT; ; wait = Math.min(wait * 2, LONGEST_WAIT)) {
    const began = Date.now();
    try {
      return await work();
    } catch (error) {
      since = failingSince({ began, error, patience, earlier: since });
      if (!(error instanceof EngineError) || error.verdict !== 'retry' || Date.now() + wait - since > patience) throw error;
      say(`${error.message}; trying again`);
      await sleep(wait * (0.75 + Math.random() / 2), undefined, { signal: control.signal });
    }
  }
}
