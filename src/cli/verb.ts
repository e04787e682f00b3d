import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { someText } from './option-text.js';

/** Options that several verbs share, worded once. */
export const option = {
  by: () =>
    new Option('--by <name>', 'who decides; goes into the audit (default: the CI actor or the git user)').argParser(someText),
  reason: (what = 'why; goes into the audit') => new Option('--reason <text>', what).argParser(someText),
  json: () => new Option('--json', 'print one JSON document on stdout, and nothing else there'),
  config: () => new Option('-c, --config <file>', 'configuration (default: pawl.config.* here or in a folder above)'),
};

/** A verb with what every verb has. */
export function verb<Usage extends string>(program: CommandUnknownOpts, usage: Usage, description: string) {
  return program.command(usage).description(description).addOption(option.config()).addOption(option.json());
}
