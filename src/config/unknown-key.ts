import * as z from 'zod';
import { nearest } from '../engine/nearest.js';

const KNOWN = 'known keys: ';

/**
 * An object that takes no other keys, and whose faults carry the keys it takes (zod drops the schema from its issues).
 * @param instead what is said of a value that is no object
 */
export function closed<Shape extends z.core.$ZodLooseShape>(shape: Shape, instead?: string) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? KNOWN + Object.keys(shape).join(', ') : instead),
  });
}

/** Words an unknown key; `message` is what {@link closed} wrote. */
export function unknownKeyMessage(key: string, message: string): string {
  const known = message.startsWith(KNOWN) ? message.slice(KNOWN.length).split(', ') : [];
  const suggestion = nearest(key, known);
  return suggestion ? `unknown key; did you mean "${suggestion}"?` : `unknown key; expected one of ${known.join(', ')}`;
}
