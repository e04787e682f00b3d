import { EngineError, type ErrorCode } from '../error.js';
import type { Discovered, Listing } from './format.js';

/** Something is wrong with a file; nothing is run. @param at `path`, or `path` and the line (from 1) */
export function fileFault(
  code: Extract<ErrorCode, `FILES_${string}`>,
  at: string | readonly [path: string, line: number],
  what: string,
  next: string,
): EngineError {
  if (typeof at === 'string') return new EngineError(code, 'refused', `${at}: ${what}`, { next });
  const [file, line] = at;
  return new EngineError(code, 'refused', `${file}:${line}: ${what}`, { next, place: { file, line, column: 1 } });
}

/** Does a piece of the reading; a fault of the user's files is noted, and the rest goes on. */
export async function collecting<T>(faults: Discovered['faults'], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    faults.push(error);
    return undefined;
  }
}

/** Whether one of the files says something; a file that cannot be read says nothing here, its fault is found when it is read. */
export async function someFile(listing: Listing, files: RegExp, says: RegExp): Promise<boolean> {
  for (const file of listing.files.filter((name) => files.test(name))) {
    const text = await collecting([], () => listing.text(file));
    if (text !== undefined && says.test(text)) return true;
  }
  return false;
}
