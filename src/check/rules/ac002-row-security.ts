import { commandsLost } from './commands-lost.js';
import type { Rule } from './rule.js';

export const ac002: Rule = {
  id: 'AC002',
  title: 'row security that hides every row',
  why: 'With row security on and no policy for a command, everybody but the owner reads nothing, changes nothing, and is refused each INSERT. No error tells those who read.',
  safe: 'Create the policies in the same migration, before ENABLE ROW LEVEL SECURITY. If only the owner shall see the rows: `-- pawl:allow AC002 <why>`.',
  check: (context) =>
    commandsLost('command', context).map(({ relation, commands, statement }) => ({
      statement,
      relation,
      severity: 'error' as const,
      message: `${relation} has row security and no policy for ${commands.join(', ')}: for all but its owner there are no rows${commands.includes('INSERT') ? ', and each INSERT fails' : ''}.`,
    })),
};
