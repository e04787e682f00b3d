import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { milliseconds } from '../text/duration.js';
import type { Stage } from '../config/schema.js';
import type { Control } from '../engine/control.js';
import { crashPoint } from '../engine/crash-point.js';
import { EngineError } from '../engine/error.js';
import { signalGroup, tieToUs } from './group.js';
import { traceOf } from './leftover.js';
import { readLines } from './read-lines.js';

type Command = Extract<Stage, { exec: unknown }>['exec'];

export interface Execution {
  readonly command: Command;
  readonly root: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Takes the program's output, line by line. */
  readonly log: (line: string, stream: 'stdout' | 'stderr') => void;
  /** Names this execution on this machine, so that a second attempt finds the process of the first. */
  readonly id: string;
}

/** Milliseconds between asking a process group to end and ending it. */
const GRACE = 5_000;

/**
 * Runs an external program, its output line by line to a log (never to Temporal's history). On cancel or time-out it is ended together
 * with its children; so it is when this process is killed. It may run twice where this process is only paused or cut off: programs here
 * must bear that.
 * @throws EngineError `EXEC_FAILED`, `EXEC_TIMEOUT`
 */
export async function executeCommand(execution: Execution, control: Control): Promise<void> {
  const { command, id } = execution;
  const trace = traceOf(id);
  trace.endLeftover();
  const tie = tieToUs();
  let pid: number | undefined;
  try {
    const child = start(execution, tie.environment);
    crashPoint('program-started');
    pid = child.pid;
    if (pid !== undefined) {
      tie.to(pid);
      trace.note(pid);
    }
    logOutput(child, execution, control);
    control.report({ name: command.name, doing: 'running' });
    await finished(child, command, control);
  } finally {
    tie.undo();
    if (pid !== undefined) trace.forget(pid);
  }
}

/** @throws EngineError `EXEC_FAILED` for a command that no system could start, such as an empty one */
function start({ command, root, environment }: Execution, more: NodeJS.ProcessEnv): ChildProcess {
  const [program = '', ...args] = command.command;
  try {
    return spawn(program, args, {
      cwd: command.directory ? resolve(root, command.directory) : root,
      env: { ...environment, ...variables(command, environment), ...more },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own, so that what it starts ends with it.
      detached: true,
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw notStarted(command, code);
  }
}

/** Characters of output that go to the log; a program in a loop must not fill the disk of the worker. */
const LOGGED = 10_000_000;
/** What a line costs in the log beside its text. */
const AROUND = 200;

function logOutput(child: ChildProcess, { command, log }: Execution, control: Control): void {
  let lines = 0;
  let room = LOGGED;
  for (const name of ['stdout', 'stderr'] as const) {
    readLines(child[name]!, (line) => {
      lines += 1;
      if (room <= 0) return;
      log(line, name);
      room -= line.length + AROUND;
      if (room <= 0) log('there is more: the rest of the output is not logged', name);
      control.report({ name: command.name, doing: 'running', statement: lines });
    });
  }
}

/** Milliseconds for which a program's output is still read when it has ended: what it left running may hold the pipe for ever. */
const LAST_WORDS = 1_000;
/** No timer of Node's is longer. */
const LONGEST_TIMER = 2 ** 31 - 1;

interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly error?: NodeJS.ErrnoException;
}

async function ended(child: ChildProcess): Promise<Ending> {
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  const ending = await new Promise<Ending>((done) => {
    child.once('error', (error) => done({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => done({ code, signal }));
  });
  if (ending.error) return ending;
  await Promise.race([closed, sleep(LAST_WORDS, undefined, { ref: false })]);
  child.stdout?.destroy();
  child.stderr?.destroy();
  return ending;
}

async function finished(child: ChildProcess, command: Command, control: Control): Promise<void> {
  const limit = AbortSignal.timeout(Math.min(milliseconds(command.timeout), LONGEST_TIMER));
  const stop = (): void => endGroup(child);
  limit.addEventListener('abort', stop);
  control.signal.addEventListener('abort', stop);
  try {
    const ending = await ended(child);
    control.signal.throwIfAborted();
    if (limit.aborted)
      throw failed(
        'EXEC_TIMEOUT',
        command,
        `took longer than ${command.timeout} and was ended`,
        'Raise its `timeout`, or find out what it waits for; then retry.',
      );
    if (ending.error) throw notStarted(command, ending.error.code ?? ending.error.message);
    if (ending.code !== 0)
      throw failed(
        'EXEC_FAILED',
        command,
        `ended with ${ending.code === null ? `signal ${ending.signal}` : `exit code ${ending.code}`}`,
        'Its output is in the log of the worker. Correct the cause and retry.',
      );
  } finally {
    limit.removeEventListener('abort', stop);
    control.signal.removeEventListener('abort', stop);
  }
}

function notStarted(command: Command, why: string): EngineError {
  const next = `Check \`command\` (${command.command[0]}) and that the worker has it.`;
  return failed('EXEC_FAILED', command, `could not be started: ${why}`, next);
}

function failed(code: 'EXEC_TIMEOUT' | 'EXEC_FAILED', command: Command, what: string, next: string): EngineError {
  return new EngineError(code, 'blocked', `${command.name} ${what}`, { next });
}

function endGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  const group = child.pid;
  signalGroup(group, 'SIGTERM');
  setTimeout(() => signalGroup(group, 'SIGKILL'), GRACE).unref();
}

function variables(command: Command, environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const entries = Object.entries(command.environment ?? {});
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      typeof value === 'string' ? value : (environment[value.env] ?? unset(command, name, value.env)),
    ]),
  );
}

function unset({ name: stage }: Command, name: string, variable: string): never {
  throw new EngineError(
    'EXEC_FAILED',
    'blocked',
    `${stage} was not started: ${variable}, which its ${name} is read from, is not set here`,
    {
      next: `Set ${variable} in the environment of the worker, start that again, then retry.`,
    },
  );
}
