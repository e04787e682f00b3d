import { ClientError } from '../client/client-error.js';
import { ConfigError } from '../config/config-error.js';
import { EngineError } from '../engine/error.js';
import { TemporalError } from '../temporal/temporal-error.js';
import { CliError } from './cli-error.js';
import { EXIT, type ExitCode } from './exit-code.js';

/** The exit code of a command that ended with an error. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CliError) return error.exit;
  if (error instanceof ClientError) return error.code === 'BUSY' ? EXIT.busy : EXIT.failed;
  if (error instanceof ConfigError) return EXIT.usage;
  if (error instanceof TemporalError) return EXIT.failed;
  if (!(error instanceof EngineError)) return EXIT.unexpected;
  if (error.code === 'LEASE_BUSY' || error.code === 'LOCK_BUSY') return EXIT.busy;
  return error.verdict === 'cancelled' ? EXIT.cancelled : EXIT.failed;
}
