import type { Command as Commander } from 'commander';
import { Option } from 'commander';

/** Options that several verbs share, worded once. */
export const option = {
  by: () => new Option('--by <name>', 'who decides; goes into the audit (default: the CI actor or the git user)'),
  reason: (what = 'why; goes into the audit') => new Option('--reason <text>', what),
  json: () => new Option('--json', 'print one JSON document on stdout, and nothing else there'),
  config: () => new Option('-c, --config <file>', 'configuration (default: pawl.config.* here or in a folder above)'),
};

/** A verb with what every verb has. */
export function verb(program: Commander, usage: string, description: string): Commander {
  return program.command(usage).description(description).addOption(option.config()).addOption(option.json());
}
