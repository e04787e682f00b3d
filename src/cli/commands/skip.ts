import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { decide, type DecisionSettings } from '../deploy/decide.js';
import { EXIT } from '../exit-code.js';
import { versionOf } from '../../engine/files/migration.js';

export interface SkipSettings extends DecisionSettings {
  readonly version?: string | undefined;
}

/** Goes on without the blocked migration, and records it as skipped: it will not run later either. */
export const skip: Command<SkipSettings> = (context, { version, ...settings }) => {
  // `pawl skip 0107` names the version; the target is the only one there is.
  const [target, named] = version === undefined ? [undefined, settings.target] : [settings.target, version];
  if (named === undefined || settings.reason === undefined) {
    const missing = named === undefined ? 'a version' : '--reason "..."';
    throw new CliError(
      EXIT.usage,
      'USAGE',
      `skip needs ${missing}: the audit says for ever why a migration never ran`,
      'pawl skip [target] <version> --reason "..."',
    );
  }
  return decide(context, { verb: 'skip', version: versionOf(named) }, { ...settings, target });
};
