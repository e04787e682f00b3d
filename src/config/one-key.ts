import { nearest } from '../engine/nearest.js';

/**
 * Words a value that should be an object with exactly one of some keys, such as a stage.
 * @param beside keys that it may have besides
 */
export function oneKey(what: string, kinds: readonly string[], beside: readonly string[] = []) {
  const expected = `expected ${what}, one of ${kinds.join(', ')}${beside.length > 0 ? ` beside ${beside.join(', ')}` : ''}`;
  return ({ input }: { readonly input?: unknown }): string => {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) return expected;
    const keys = Object.keys(input).filter((key) => !beside.includes(key));
    if (keys.length > 1) return `${expected}; found ${keys.join(' and ')} together, make them entries of their own`;
    const suggestion = nearest(keys[0] ?? '', kinds);
    return `${expected}; found ${keys[0] ?? 'none'}${suggestion ? `, did you mean ${suggestion}?` : ''}`;
  };
}
