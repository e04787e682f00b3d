import { eachStatement, type Rule } from './rule.js';

export const lk001: Rule = {
  id: 'LK001',
  title: 'lock_timeout switched off',
  why: 'A statement that waits for a lock without limit lets every query of the table queue up behind it.',
  safe: 'Leave lock_timeout alone: a deploy sets it from the config and tries again when it strikes.',
  check: eachStatement((trace) => {
    const { node } = trace.statement;
    if (!('VariableSetStmt' in node) || node.VariableSetStmt.name !== 'lock_timeout') return undefined;
    const { kind, args = [] } = node.VariableSetStmt;
    const argument = args[0] && 'A_Const' in args[0] ? args[0].A_Const : undefined;
    const zero = argument?.ival
      ? (argument.ival.ival ?? 0) === 0
      : /^0\s*(?:us|ms|s|min|h|d)?$/.test(argument?.sval?.sval ?? '-');
    const off = kind === 'VAR_SET_DEFAULT' || kind === 'VAR_RESET' || (kind === 'VAR_SET_VALUE' && zero);
    return off
      ? { statement: trace, severity: 'error', message: 'Statements after this one wait for locks without limit.' }
      : undefined;
  }),
};
