import { readFileSync } from 'node:fs';
import { CommanderError, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { carryOut } from './carry-out.js';
import type { Context } from './context.js';
import { EXIT } from './exit-code.js';
import { verbMeant } from './other-verbs.js';
import { Output } from './output.js';
import { packageFile } from './package-file.js';
import { createProgram } from './program.js';
import type { Dispatch } from './dispatch.js';

const dispatch: Dispatch = async (load, settings, flags) => {
  const { env: environment, stdout, stderr } = process;
  const { envFile } = await import('./env-file.js');
  Object.assign(environment, envFile(process.cwd(), environment, flags.config));
  const output = new Output({ stdout, stderr, environment, json: flags.json ?? false, follow: flags.follow ?? flags.watch });
  const context: Context = { cwd: process.cwd(), environment, output, configFile: flags.config };
  process.exitCode = await carryOut(load, settings, context);
  ended = true;
};

/** Commander ends with 1 on wrong usage; ours is 2. */
function throwInstead(command: CommandUnknownOpts): void {
  command.exitOverride();
  command.commands.forEach(throwInstead);
}

/** A reader that leaves early, as `head` does, ends no deploy: what it does not read any more is dropped. */
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
}

/** Whatever ends the process before the verb has ended is no success: a promise that nobody settles leaves Node nothing to wait for. */
function expectAnEnd(): void {
  process.exitCode = EXIT.unexpected;
  process.once('beforeExit', () => {
    if (!ended)
      process.stderr.write(
        'pawl: the command stopped before it had ended; nothing says what it did. This is an error (exit 1).\n',
      );
  });
}

let ended = false;

async function main(): Promise<void> {
  expectAnEnd();
  outliveReaders();
  const { version } = JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string };
  const program = createProgram(version, dispatch);
  throwInstead(program);
  try {
    await program.parseAsync();
    if (!ended) process.exitCode = EXIT.done;
    ended = true;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    ended = true;
    const meant = error.code === 'commander.unknownCommand' ? verbMeant(program.args[0] ?? '') : undefined;
    if (meant !== undefined) process.stderr.write(`\nHere it is: pawl ${meant}\n`);
    process.exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (error.exitCode !== 0 && process.argv.includes('--json')) {
      const problem = { error: { code: 'USAGE', message: error.message }, exit: EXIT.usage };
      process.stdout.write(`${JSON.stringify(problem, null, 2)}\n`);
    }
  }
}

void main();
