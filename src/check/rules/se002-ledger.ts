import { nodesIn } from '../facts/named.js';
import { rawProcedureText } from './procedure-text.js';
import { eachStatement, type Rule } from './rule.js';

/** The schema of the ledger, where nothing else is configured. */
const LEDGER = 'pawl';

export const se002: Rule = {
  id: 'SE002',
  title: "a statement that touches Pawl's ledger",
  why: 'The ledger says what is applied, who decided and who may deploy. Whoever changes it by hand makes a migration run twice, or never, and the audit tell nothing.',
  safe: 'Use the verbs of `pawl ledger`: they do it under the lock and say so in the audit.',
  check: eachStatement((trace) => {
    const { node } = trace.statement;
    if (HARMLESS.some((kind) => kind in node)) return undefined;
    const named = [...nodesIn(node)].some(
      ({ schemaname, objects }) => schemaname === LEDGER || JSON.stringify(objects ?? '').includes(`"sval":"${LEDGER}"`),
    );
    if (!named && !IN_CODE.test(rawProcedureText({ node: trace.statement.node, facts: trace.facts }) ?? '')) return undefined;
    return { statement: trace, severity: 'error', message: `It touches the schema ${LEDGER}, where the ledger is.` };
  }),
};

/** Reading it, making the schema for its owner and giving rights on it change nothing that it says. */
const HARMLESS = ['SelectStmt', 'CreateSchemaStmt', 'GrantStmt', 'AlterDefaultPrivilegesStmt', 'CommentStmt'];
const IN_CODE = new RegExp(`\\b${LEDGER}"?\\.`, 'i');
