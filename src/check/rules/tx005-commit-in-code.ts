import { procedureText } from './procedure-text.js';
import { eachStatement, type Rule } from './rule.js';

export const tx005: Rule = {
  id: 'TX005',
  title: 'a DO block or procedure that commits by itself',
  why: 'COMMIT or ROLLBACK inside code fails in a transaction (SQLSTATE 2D000). Outside one, a crash leaves some of its steps done, and running it again repeats them.',
  safe: 'Write the steps as migrations of their own. Where running it twice does no harm, say so: `-- pawl:autocommit <why>` above the statement.',
  check: eachStatement((trace) => {
    const code = procedureText(trace);
    if (code === undefined || trace.online || !/(?:^|[\s;])(?:commit|rollback)\s*(?:;|and\b)/i.test(code)) return undefined;
    return {
      statement: trace,
      severity: 'error',
      message: 'The code ends transactions, which PostgreSQL refuses inside the transaction of the migration.',
    };
  }),
};
