import type { Output } from './output.js';
import type { ExitCode } from './exit-code.js';

/** What every command gets of the world. */
export interface Context {
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly output: Output;
  /** File that `--config` names. */
  readonly configFile?: string | undefined;
}

/** A verb: takes what was typed, tells the output, answers with the exit code. Errors are thrown. */
export type Command<Settings> = (context: Context, settings: Settings) => Promise<ExitCode>;
