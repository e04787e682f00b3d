import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AddressError } from '../engine/postgres/address/address-error.js';
import type { ProcessEnvironment } from './resolve.js';

/** Milliseconds that a command has; the ones of clouds ask over the network. */
const PATIENCE = 30_000;
/** Bytes of an answer: a token of a cloud has some 2 KB. */
const LONGEST = 64 * 1024;
/** Bytes of a list of many thousand members. */
const LONGEST_LIST = 32 * 1024 * 1024;

/**
 * Asks a program for a secret: its first line on standard output. What it writes is never shown, nor are its arguments.
 * @param setting path of the setting, for messages
 * @throws AddressError
 */
export async function askCommand(setting: string, command: readonly string[], environment: ProcessEnvironment): Promise<string> {
  const [line = ''] = (await runCommand(setting, command, environment, LONGEST)).split(/\r?\n/);
  if (line === '') throw new AddressError(`is not known: the command of \`${setting}\` (${command[0] ?? ''}) wrote nothing`);
  return line;
}

/**
 * Runs a program for what it writes to standard output.
 * @param longest characters that it may write
 * @throws AddressError
 */
export async function runCommand(
  setting: string,
  [program = '', ...args]: readonly string[],
  environment: ProcessEnvironment,
  longest = LONGEST_LIST,
): Promise<string> {
  const fault = (what: string): AddressError =>
    new AddressError(`is not known: the command of \`${setting}\` (${program}) ${what}`);
  const child = spawn(program, args, { env: { ...environment }, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  // With what it has started: a shell would leave its own programs behind, which hold the pipe open.
  const end = (): void => {
    child.stdout.destroy();
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.length > longest) end();
  });
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    end();
  }, PATIENCE);
  try {
    await once(child, 'close');
  } catch (error) {
    throw fault(`cannot be started (${(error as NodeJS.ErrnoException).code ?? 'no reason given'})`);
  } finally {
    clearTimeout(timer);
  }
  if (late) throw fault(`did not end within ${PATIENCE / 1000} s`);
  if (said.length > longest) throw fault(`wrote more than ${longest / 1024} KB`);
  if (child.exitCode !== 0)
    throw fault(`ended with ${child.signalCode ?? `exit code ${child.exitCode}`}; run it by hand to see why`);
  return said;
}
