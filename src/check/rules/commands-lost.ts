import type { StatementTrace } from '../trace/statement-trace.js';
import { blame } from './blame.js';
import type { RuleContext } from './rule.js';

/** The commands that a table took before a commit and takes no longer, one entry a table. */
export function commandsLost(
  use: 'command' | 'identity',
  { losses, statements }: RuleContext,
): { readonly relation: string; readonly commands: string[]; readonly statement: StatementTrace }[] {
  const tables = new Map<string, { relation: string; commands: string[]; statement: StatementTrace }>();
  for (const loss of losses.filter((lost) => lost.use === use)) {
    const statement = blame(loss, statements);
    if (!statement) continue;
    const table = tables.get(`${loss.commit} ${loss.of}`) ?? { relation: loss.of, commands: [], statement };
    table.commands.push(loss.name);
    tables.set(`${loss.commit} ${loss.of}`, table);
  }
  return [...tables.values()];
}
