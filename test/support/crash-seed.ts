/** `PAWL_SEED` chooses the random moments of crash tests; without it they are the same on every run. */
export const SEED = Number(process.env['PAWL_SEED'] ?? 1);

/** A generator of numbers in [0, 1) that a seed and a name determine (mulberry32). */
export function randomOf(name: string, seed = SEED): () => number {
  let state = seed;
  for (const character of name) state = (Math.imul(state, 31) + character.charCodeAt(0)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
