import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineError, type ErrorCode } from '../engine/error.js';
import { onExit } from './exit.js';
import { withLock } from './lock.js';
import { writePrivate } from './private-file.js';
import { signalProcess, startOf } from './process-table.js';

/** A program that several of our processes may use at once. `T` is what its users must know, as plain JSON. */
export interface ServerKind<T extends { readonly pid: number }> {
  /** For messages: "PostgreSQL". */
  readonly name: string;
  readonly errorCode: ErrorCode;
  /** Ends the server soon without waiting for its clients. */
  readonly endSignal: NodeJS.Signals;
  /** Starts the program with its output going to `log`; it need not answer yet. */
  spawn(log: number): Promise<T>;
  /** Rejects while the server does not answer. */
  probe(server: T): Promise<void>;
}

export interface Share<T> {
  readonly server: T;
  /** Ends the server when no other living process uses it. */
  readonly leave: () => Promise<void>;
}

const ATTEMPTS = 4;
const ANSWER_WITHIN_MS = 60_000;
const END_WITHIN_MS = 30_000;

/**
 * The one server that keeps its state in `directory`: joined when it runs, also when the process that started it was killed;
 * started otherwise. It ends with its last living user, whichever way that one ends; after a SIGKILL, with the next user.
 *
 * @throws EngineError with `kind.errorCode` when the server does not come up; the message ends with its last words
 */
export async function share<T extends { readonly pid: number }>(directory: string, kind: ServerKind<T>): Promise<Share<T>> {
  await mkdir(join(directory, 'users'), { recursive: true });
  const lock = join(directory, 'lock');
  const me = join(directory, 'users', `${process.pid}~${encodeURIComponent(startOf(process.pid))}~${randomUUID()}`);
  const server = await withLock(lock, async () => {
    const found = (await joinRunning(directory, kind)) ?? (await launch(directory, kind));
    await writeFile(me, '');
    return found;
  });
  const start = startOf(server.pid);
  const forget = onExit(() => {
    rmSync(me, { force: true });
    if (!hasUsers(directory)) signalProcess(server.pid, start, kind.endSignal);
  });
  let leaving: Promise<void> | undefined;
  const leave = () =>
    withLock(lock, async () => {
      await rm(me, { force: true });
      if (!hasUsers(directory)) await end(server.pid, start, kind.endSignal);
      forget();
    });
  return { server, leave: () => (leaving ??= leave()) };
}

async function joinRunning<T extends { readonly pid: number }>(directory: string, kind: ServerKind<T>) {
  const text = await readFile(join(directory, 'server.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const { server, start } = parse<T>(text);
  return server !== undefined && startOf(server.pid) === start && (await answers(directory, kind, server)) ? server : undefined;
}

// A file that a crash cut short names no server.
function parse<T>(text: string): { server?: T; start?: string } {
  return text.endsWith('}\n') ? (JSON.parse(text) as { server: T; start: string }) : {};
}

async function launch<T extends { readonly pid: number }>(directory: string, kind: ServerKind<T>): Promise<T> {
  // Whoever was left here used a server that is gone.
  for (const user of readdirSync(join(directory, 'users'))) rmSync(join(directory, 'users', user), { force: true });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const log = await open(join(directory, 'server.log'), 'w');
    const server = await kind.spawn(log.fd).finally(() => log.close());
    await writePrivate(join(directory, 'server.json'), `${JSON.stringify({ server, start: startOf(server.pid) })}\n`);
    if (await answers(directory, kind, server)) return server;
    // Another program took the port, or the last server's memory is not given back yet.
    await delay(200 * attempt);
  }
  throw unavailable(directory, kind, 'ended at once');
}

/** False when the server has ended. */
async function answers<T extends { readonly pid: number }>(directory: string, kind: ServerKind<T>, server: T) {
  const start = startOf(server.pid);
  const deadline = Date.now() + ANSWER_WITHIN_MS;
  while (start !== '' && startOf(server.pid) === start) {
    try {
      await kind.probe(server);
      return true;
    } catch (error) {
      if (Date.now() > deadline) throw unavailable(directory, kind, `does not answer after ${ANSWER_WITHIN_MS / 1000} s`, error);
      await delay(50);
    }
  }
  return false;
}

function unavailable<T extends { readonly pid: number }>(
  directory: string,
  kind: ServerKind<T>,
  what: string,
  cause?: unknown,
): EngineError {
  const log = join(directory, 'server.log');
  const lastWords = readFileSync(log, 'utf8').trim().split('\n').slice(-5).join('\n');
  return new EngineError(kind.errorCode, 'refused', `The local ${kind.name} server in ${directory} ${what}:\n${lastWords}`, {
    next: `Read ${log}. If its data is of no use any more, remove ${directory}.`,
    cause,
  });
}

function hasUsers(directory: string): boolean {
  const users = join(directory, 'users');
  // Whoever removed the directory has no use for the server.
  if (!existsSync(users)) return false;
  return readdirSync(users).some((user) => {
    const [pid, start] = user.split('~');
    return encodeURIComponent(startOf(Number(pid))) === start;
  });
}

async function end(pid: number, start: string, signal: NodeJS.Signals): Promise<void> {
  const deadline = Date.now() + END_WITHIN_MS;
  signalProcess(pid, start, signal);
  while (startOf(pid) === start) {
    if (Date.now() > deadline) signalProcess(pid, start, 'SIGKILL');
    await delay(20);
  }
}
