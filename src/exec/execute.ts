import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { milliseconds } from '../text/duration.js';
import type { Stage } from '../config/schema.js';
import type { Control } from '../engine/control.js';
import { crashPoint } from '../engine/crash-point.js';
import { EngineError } from '../engine/error.js';
import { signalGroup, tieToUs } from './group.js';
import { traceOf } from './leftover.js';

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
  const { command, root, environment, id } = execution;
  const trace = traceOf(id);
  trace.endLeftover();
  const [program = '', ...args] = command.command;
  const tie = tieToUs();
  const child = spawn(program, args, {
    cwd: command.directory ? resolve(root, command.directory) : root,
    env: { ...environment, ...variables(command, environment), ...tie.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that what it starts ends with it.
    detached: true,
  });
  crashPoint('program-started');
  const { pid } = child;
  if (pid !== undefined) {
    tie.to(pid);
    trace.note(pid);
  }
  let lines = 0;
  const toLog = (stream: Readable, name: 'stdout' | 'stderr'): void => {
    createInterface({ input: stream }).on('line', (line) => {
      lines += 1;
      execution.log(line, name);
      control.report({ name: command.name, doing: 'running', statement: lines });
    });
  };
  toLog(child.stdout, 'stdout');
  toLog(child.stderr, 'stderr');
  control.report({ name: command.name, doing: 'running' });
  try {
    await finished(child, command, control);
  } finally {
    tie.undo();
    if (pid !== undefined) trace.forget(pid);
  }
}

async function finished(child: ChildProcess, command: Command, control: Control): Promise<void> {
  const limit = AbortSignal.timeout(milliseconds(command.timeout));
  const stop = (): void => endGroup(child);
  limit.addEventListener('abort', stop);
  control.signal.addEventListener('abort', stop);
  try {
    const ending = await new Promise<{ code: number | null; signal: string | null; error?: NodeJS.ErrnoException }>(
      (resolve_) => {
        child.on('error', (error) => resolve_({ code: null, signal: null, error }));
        child.on('close', (code, signal) => resolve_({ code, signal }));
      },
    );
    control.signal.throwIfAborted();
    if (limit.aborted)
      throw failed(
        'EXEC_TIMEOUT',
        command,
        `took longer than ${command.timeout} and was ended`,
        'Raise its `timeout`, or find out what it waits for; then retry.',
      );
    if (ending.error)
      throw failed(
        'EXEC_FAILED',
        command,
        `could not be started: ${ending.error.code ?? ending.error.message}`,
        `Check \`command\` (${command.command[0]}) and that the worker has it.`,
      );
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
