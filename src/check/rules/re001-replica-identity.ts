import { commandsLost } from './commands-lost.js';
import type { Rule } from './rule.js';

export const re001: Rule = {
  id: 'RE001',
  title: 'a published table without a replica identity',
  why: 'PostgreSQL refuses UPDATE and DELETE on a table that is published and has nothing to name a row by (SQLSTATE 55000): the application fails at once, without any lock.',
  safe: 'Give the table a primary key, or REPLICA IDENTITY USING INDEX, before it is published; REPLICA IDENTITY FULL works and is slow.',
  check: (context) =>
    commandsLost('identity', context).map(({ relation, commands, statement }) => ({
      statement,
      relation,
      severity: 'error' as const,
      message: `${commands.join(' and ')} on ${relation} fail as soon as this commits: it is published and has no replica identity.`,
    })),
};
