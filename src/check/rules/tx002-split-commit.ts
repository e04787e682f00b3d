import type { Rule } from './rule.js';
import { standsIn } from './stands-in.js';

export const tx002: Rule = {
  id: 'TX002',
  title: 'a file that cannot commit as one',
  why: 'A statement that PostgreSQL refuses inside a transaction cuts the file in parts that commit one by one. When a later part fails, the earlier ones stay.',
  safe: 'Give the statement a file of its own.',
  check({ migration, statements }) {
    const online = statements.find((statement) => statement.online && standsIn(migration, statement));
    const other = statements.find(
      ({ online: outside, outcome, statement }) => !outside && outcome !== 'not run' && !('VariableSetStmt' in statement.node),
    );
    if (!online || !other) return [];
    return [
      {
        statement: online,
        severity: 'warning',
        message:
          'This statement runs outside a transaction, so the file commits in several parts; after a failure a deploy continues at the part that failed.',
      },
    ];
  },
};
