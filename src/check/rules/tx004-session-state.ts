import { nodesIn, strings } from '../facts/named.js';
import type { StatementTrace } from '../trace/statement-trace.js';
import { eachStatement, type Rule } from './rule.js';

export const tx004: Rule = {
  id: 'TX004',
  title: 'a change to the session that a deploy relies on',
  why: 'The deploy runs on this session: its lock, its identity and its triggers are what make it safe. A role change, DISCARD, an unlock or session_replication_role takes them away, and ROLLBACK does not always bring them back.',
  safe: 'Use SET LOCAL, which ends with the transaction; leave locks and replication role alone.',
  check: eachStatement((trace) => {
    const found = changes(trace);
    return found === undefined ? undefined : { statement: trace, severity: found.severity, message: found.message };
  }),
};

const LASTING = new Set(['role', 'session_authorization']);

function changes({ statement: { node } }: StatementTrace): { severity: 'error' | 'warning'; message: string } | undefined {
  if ('DiscardStmt' in node && node.DiscardStmt.target === 'DISCARD_ALL')
    return { severity: 'error', message: 'DISCARD ALL gives up every advisory lock of the session; the deploy refuses it.' };
  if ('ListenStmt' in node)
    return { severity: 'warning', message: 'LISTEN outlives the migration, and nobody reads what it hears.' };
  if ('VariableSetStmt' in node) {
    const { name = '', is_local: local, kind } = node.VariableSetStmt;
    if (name === 'session_replication_role' && kind !== 'VAR_RESET')
      return {
        severity: 'error',
        message: 'session_replication_role switches off foreign keys and triggers, those of the deploy included.',
      };
    if (LASTING.has(name) && !local && kind === 'VAR_SET_VALUE')
      return { severity: 'warning', message: `SET ${name.toUpperCase()} without LOCAL lasts beyond the transaction.` };
    return undefined;
  }
  for (const { funcname, args } of nodesIn(node)) {
    if (!Array.isArray(funcname)) continue;
    const name = strings(funcname).at(-1) ?? '';
    if (name.startsWith('pg_advisory_unlock'))
      return { severity: 'error', message: `${name}() can give up the lock that the deploy holds.` };
    if (name === 'set_config' && Array.isArray(args) && LASTING.has(firstText(args) ?? '') && !isTrue(args[2]))
      return { severity: 'warning', message: `set_config('${firstText(args)}', ..., false) lasts beyond the transaction.` };
  }
  return undefined;
}

function firstText(args: readonly unknown[]): string | undefined {
  return (args[0] as { A_Const?: { sval?: { sval?: string } } } | undefined)?.A_Const?.sval?.sval;
}

function isTrue(argument: unknown): boolean {
  return (argument as { A_Const?: { boolval?: { boolval?: boolean } } } | undefined)?.A_Const?.boolval?.boolval === true;
}
