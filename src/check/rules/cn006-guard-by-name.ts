import { rawProcedureText } from './procedure-text.js';
import { eachStatement, type Rule } from './rule.js';

export const cn006: Rule = {
  id: 'CN006',
  title: 'a guard that asks for a constraint by name only',
  why: 'A constraint with that name on another table, with another definition, or NOT VALID satisfies the guard. The migration reports success and the wanted constraint is not there.',
  safe: 'Put the constraint into the constraints stage, where Pawl compares the definition; or compare pg_get_constraintdef(), conrelid and convalidated as well.',
  check: eachStatement((trace) => {
    const code = rawProcedureText({ node: trace.statement.node, facts: trace.facts });
    if (
      code === undefined ||
      !/\b(?:pg_constraint|table_constraints)\b/i.test(code) ||
      !/\b(?:conname|constraint_name)\b/i.test(code)
    )
      return undefined;
    if (/\bpg_get_constraintdef\b|\bconvalidated\b/i.test(code)) return undefined;
    return { statement: trace, severity: 'warning', message: 'The code takes any constraint of that name for the wanted one.' };
  }),
};
