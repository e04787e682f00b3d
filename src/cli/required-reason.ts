import { CliError } from './cli-error.js';
import { EXIT } from './exit-code.js';

/**
 * The reason of an act that goes into the audit.
 * @param verb as it is typed, such as `lock break`
 * @param because why it is asked for, as the end of a sentence
 * @param usage the command as it should have been typed
 * @throws CliError `USAGE` where none was given
 */
export function requiredReason(reason: string | undefined, verb: string, because: string, usage: string): string {
  if (reason !== undefined) return reason;
  throw new CliError(EXIT.usage, 'USAGE', `${verb} needs --reason "...": ${because}`, usage);
}
