import { endsTransaction } from '../trace/ends-transaction.js';
import { eachStatement, type Rule } from './rule.js';

export const tx001: Rule = {
  id: 'TX001',
  title: 'transaction control in a migration',
  why: 'Each migration commits together with its row in the ledger. A COMMIT or ROLLBACK of its own tears the two apart: half of the file stays behind with nothing that says so.',
  safe: 'Remove BEGIN, COMMIT and their kin. Where parts must commit separately, make them separate migrations.',
  check: eachStatement((trace) =>
    'TransactionStmt' in trace.statement.node && endsTransaction(trace.statement)
      ? {
          statement: trace,
          severity: 'error',
          message: `${firstWords(trace.statement.text)} would end or begin a transaction inside the one that a deploy gives the file; the deploy refuses it.`,
          fixes: [{ start: trace.statement.start, end: trace.statement.end, text: '' }],
        }
      : undefined,
  ),
};

function firstWords(text: string): string {
  return text.split(/\s+/).slice(0, 2).join(' ').toUpperCase();
}
