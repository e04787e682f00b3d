import { nodesIn } from '../facts/named.js';
import type { Rule } from './rule.js';

export const tx003: Rule = {
  id: 'TX003',
  title: 'a new enum label used in the file that adds it',
  why: 'A label that ALTER TYPE ... ADD VALUE adds cannot be used before it is committed (SQLSTATE 55P04). Pawl commits in between; the file is then not one transaction, and other tools fail on it.',
  safe: 'Add the label in one migration and use it in the next; or put all labels into CREATE TYPE.',
  check({ statements }) {
    return statements.flatMap((trace, index) => {
      const { node } = trace.statement;
      if (!('AlterEnumStmt' in node) || node.AlterEnumStmt.oldVal !== undefined) return [];
      const label = node.AlterEnumStmt.newVal;
      const use = statements.slice(index + 1).find((later) => holdsText(later.statement.node, label));
      if (!use) return [];
      return [
        { statement: use, severity: 'warning' as const, message: `The label '${label}' is used in the same file that adds it.` },
      ];
    });
  },
};

function holdsText(node: unknown, text: string | undefined): boolean {
  for (const { sval } of nodesIn(node)) if (sval === text) return true;
  return false;
}
