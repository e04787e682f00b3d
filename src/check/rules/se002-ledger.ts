import { nodesIn } from '../facts/named.js';
import { rawProcedureText } from './procedure-text.js';
import { eachStatement, type Problem, type Rule } from './rule.js';

export const se002: Rule = {
  id: 'SE002',
  title: "a statement that touches Pawl's ledger",
  why: 'The ledger says what is applied, who decided and who may deploy. Whoever changes it by hand makes a migration run twice, or never, and the audit tell nothing.',
  safe: 'Use the verbs of `pawl ledger`: they do it under the lock and say so in the audit.',
  check: eachStatement((trace, { ledger }) => {
    const { node } = trace.statement;
    const problem = (what: string): Problem => ({
      statement: trace,
      severity: 'error',
      message: `It ${what} the schema ${ledger}, where the ledger is.`,
    });
    if ('VariableSetStmt' in node)
      return searches(node.VariableSetStmt, ledger) ? problem('finds names without a schema in') : undefined;
    if ('SelectStmt' in node) return writesOf(node).some((write) => names(write, ledger)) ? problem('writes to') : undefined;
    if (HARMLESS.some((kind) => kind in node)) return undefined;
    if (!names(node, ledger) && !inCode(ledger).test(rawProcedureText({ node, facts: trace.facts }) ?? '')) return undefined;
    return problem('touches');
  }),
};

/** Making the schema for its owner and giving rights on it change nothing that it says. */
const HARMLESS = ['CreateSchemaStmt', 'GrantStmt', 'AlterDefaultPrivilegesStmt', 'CommentStmt'];
/** As it is written, which is with each quote twice where it has any. */
const inCode = (ledger: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_$])${ledger.replaceAll('"', '""').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}"?\\s*\\.`, 'iu');

/** Reading it changes nothing, but a SELECT may hold statements that write. */
const WRITES = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt'];

const writesOf = (select: unknown): unknown[] =>
  [...nodesIn(select)].flatMap((node) => WRITES.flatMap((kind) => (kind in node ? [node[kind]] : [])));

function names(node: unknown, ledger: string): boolean {
  return [...nodesIn(node)].some(
    ({ schemaname, objects }) =>
      schemaname === ledger || JSON.stringify(objects ?? '').includes(`"sval":${JSON.stringify(ledger)}`),
  );
}

/** `SET search_path`: what follows touches the ledger without naming its schema. */
function searches({ name, args }: { readonly name?: string; readonly args?: readonly unknown[] }, ledger: string): boolean {
  return name === 'search_path' && JSON.stringify(args ?? []).includes(`"sval":${JSON.stringify(ledger)}`);
}
