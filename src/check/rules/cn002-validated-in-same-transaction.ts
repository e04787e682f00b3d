import type { Rule } from './rule.js';
import { alterCommands, constraintOf } from './alter-command.js';

export const cn002: Rule = {
  id: 'CN002',
  title: 'NOT VALID and VALIDATE in one transaction',
  why: 'The lock that adds the constraint is kept until COMMIT, so everybody waits through the check of all rows after all: NOT VALID has saved nothing.',
  safe: 'Move VALIDATE CONSTRAINT to a migration of its own.',
  growsWithTable: true,
  check({ statements }) {
    const added = new Map<string, number>();
    return statements.flatMap((trace) =>
      alterCommands(trace).flatMap(({ relation, command }) => {
        const constraint = constraintOf(command);
        if (constraint?.skip_validation && constraint.conname) added.set(`${relation.oid} ${constraint.conname}`, trace.commit);
        if (command.subtype !== 'AT_ValidateConstraint' || added.get(`${relation.oid} ${command.name}`) !== trace.commit)
          return [];
        return [
          {
            statement: trace,
            relation: relation.name,
            severity: 'error' as const,
            work: 'scan' as const,
            message: `The lock that added ${command.name} is still held while all rows of ${relation.name} are checked.`,
          },
        ];
      }),
    );
  },
};
