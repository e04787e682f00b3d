import { setTimeout as delay } from 'node:timers/promises';

/**
 * Polls until `condition` gives something truthy, and gives that. An error it throws counts as "not yet".
 *
 * @param options.timeout milliseconds, 60 s by default
 * @param options.what for the error: "waited 60000 ms for <what>"
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: { readonly timeout?: number; readonly what: string },
): Promise<Exclude<Awaited<T>, false | null | undefined | 0 | ''>> {
  const { timeout = 60_000, what } = options;
  const deadline = Date.now() + timeout;
  let last: unknown;
  do {
    try {
      last = await condition();
      if (last) return last as Exclude<Awaited<T>, false | null | undefined | 0 | ''>;
    } catch (error) {
      last = error;
    }
    await delay(50);
  } while (Date.now() < deadline);
  throw new Error(`waited ${timeout} ms for ${what}; last: ${last instanceof Error ? last.message : JSON.stringify(last)}`, {
    cause: last,
  });
}
