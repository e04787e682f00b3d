import { Worker } from 'node:worker_threads';
import { EngineError } from '../error.js';
import { isLarge, largeStatements, type LargeScript } from './large-script.js';
import type { ReadingThread, ScriptToRead } from './reading-thread.js';
import { parseStatements, type Statement } from './statements.js';

/** Large scripts whose statements are kept; an attempt after the first need not read them again. */
const KEPT = 4;

interface Reading {
  readonly sql: string;
  readonly file: string;
  readonly statements: Promise<readonly Statement[]>;
}
let readings: readonly Reading[] = [];

/**
 * Splits a script by PostgreSQL's grammar; `loadGrammar` comes first. A large one is read by another thread, so that this one goes on to
 * beat and to hear a cancel; it is kept, and what two ask for at once is read once.
 * @param file named in errors
 * @param written see parseStatements
 * @param signal ends the waiting, not the reading
 * @throws EngineError `SQL_SYNTAX` or `SQL_PSQL_COMMAND`, with the place
 */
export async function readStatements(
  sql: string,
  file: string,
  { written = sql, signal }: { readonly written?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<readonly Statement[]> {
  if (!isLarge(sql)) return parseStatements(sql, file, written);
  const reading = readings.find((known) => known.sql === sql && known.file === file) ?? startReading(sql, file, written);
  readings = [reading, ...readings.filter((known) => known !== reading)].slice(0, KEPT);
  return signal ? untilAborted(reading.statements, signal) : reading.statements;
}

function startReading(sql: string, file: string, written: string): Reading {
  const statements = inThread({ sql, file, written }).then((script) => largeStatements(sql, script));
  const reading = { sql, file, statements };
  statements.catch(() => {
    readings = readings.filter((known) => known !== reading);
  });
  return reading;
}

/** What was compiled; the bundle of the command line has it beside itself. */
const THREAD = new URL('./reading-thread.js', import.meta.url);

function startThread(workerData: ScriptToRead): Worker {
  if (!import.meta.url.endsWith('.ts')) return new Worker(THREAD, { workerData });
  // In tests there is the source only, which a thread does not load by itself.
  const load = `import('tsx/esm/api').then(({ register }) => (register(), import(${JSON.stringify(THREAD.href)})))`;
  return new Worker(load, { workerData, eval: true });
}

function inThread(script: ScriptToRead): Promise<LargeScript> {
  return new Promise((resolve, reject) => {
    const worker = startThread(script);
    worker.once('message', (answer: ReadingThread) => {
      if ('script' in answer) resolve(answer.script);
      else reject(new EngineError(answer.code, answer.verdict, answer.message, answer.options));
    });
    worker.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooLarge(script.file, script.sql.length) : error);
    });
  });
}

function untilAborted<T>(reading: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);
    void reading.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

function tooLarge(file: string, characters: number): EngineError {
  return new EngineError(
    'FILES_TOO_LARGE',
    'blocked',
    `${file}: ${Math.round(characters / 1e6)} MB are more than this process can parse`,
    {
      next: 'Give the worker more memory, or split the file. INSERT and COPY of any size need none.',
    },
  );
}
