import { factKey } from '../facts/facts.js';
import { strings } from '../facts/named.js';
import { sqlName } from '../sql-name.js';
import { eachStatement, type Rule } from './rule.js';

export const cn007: Rule = {
  id: 'CN007',
  title: 'a domain whose constraint changes under its tables',
  why: 'PostgreSQL reads every row of every table that uses the domain, and their writers wait meanwhile.',
  safe: 'Add the constraint NOT VALID, and VALIDATE it in the next migration; or put a CHECK on the table instead of the domain.',
  growsWithTable: true,
  check: eachStatement((trace) => {
    const { node } = trace.statement;
    if (!('AlterDomainStmt' in node)) return undefined;
    const { subtype, typeName = [], def } = node.AlterDomainStmt;
    const constraint = def && 'Constraint' in def ? def.Constraint : undefined;
    const scans = subtype === 'O' || (subtype === 'C' && !constraint?.skip_validation);
    const domain = trace.facts.types.get(factKey(strings(typeName)));
    const table = domain?.usedBy[0];
    if (!scans || table === undefined) return undefined;
    const name = sqlName(strings(typeName).at(-1) ?? '');
    const alone = subtype === 'C' && constraint?.conname !== undefined;
    return {
      statement: trace,
      relation: table,
      severity: 'error',
      work: 'scan',
      message: `Writers of ${domain?.usedBy.join(', ')} wait while every row is checked.`,
      rewrite: alone
        ? `${trace.statement.text} NOT VALID;\n-- in the next migration:\nALTER DOMAIN ${name} VALIDATE CONSTRAINT ${sqlName(constraint?.conname ?? '')};`
        : undefined,
      fixes: alone ? [{ start: trace.statement.end, end: trace.statement.end, text: ' NOT VALID' }] : undefined,
    };
  }),
};
