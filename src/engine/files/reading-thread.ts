import { parentPort, workerData } from 'node:worker_threads';
import { EngineError, type EngineErrorOptions, type ErrorCode, type Verdict } from '../error.js';
import { loadGrammar } from './grammar.js';
import { readLarge, type LargeScript } from './large-script.js';

/** What a thread that reads a large script answers: the script, or the fields of an EngineError. */
export type ReadingThread =
  | { readonly script: LargeScript }
  | { readonly code: ErrorCode; readonly verdict: Verdict; readonly message: string; readonly options: EngineErrorOptions };

/** What it is started with. */
export interface ScriptToRead {
  readonly sql: string;
  readonly file: string;
  readonly written: string;
}

const { sql, file, written } = workerData as ScriptToRead;
await loadGrammar();
parentPort?.postMessage(answer());

function answer(): ReadingThread {
  try {
    return { script: readLarge(sql, file, written) };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { code, verdict, message, next, place, excerpt } = error;
    return { code, verdict, message, options: { next, place, excerpt } };
  }
}
