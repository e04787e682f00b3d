import type { ExitCode } from './exit-code.js';

/** A command cannot do what it was asked, for a reason that the command itself has found. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exit: ExitCode,
    readonly code: CliErrorCode,
    message: string,
    /** What the person does now: a sentence, or a command to type. */
    readonly next: string,
    /** The errors that this one sums up. */
    readonly faults: readonly Error[] = [],
  ) {
    super(message);
  }
}

export type CliErrorCode =
  'USAGE' | 'FILES_FAULTY' | 'NO_DEPLOY' | 'BUSY' | 'CANCELLED' | 'PACKAGE_MISSING' | 'PROGRAM_MISSING' | 'NOT_SIGNED';
