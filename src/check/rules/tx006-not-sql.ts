import { eachStatement, type Rule } from './rule.js';

export const tx006: Rule = {
  id: 'TX006',
  title: 'data or commands that only psql understands',
  why: 'COPY ... FROM STDIN reads the lines after it from psql; no driver sends them. The migration fails with nothing loaded.',
  safe: 'Write INSERT ... VALUES, or load the data outside of migrations.',
  check: eachStatement((trace) => {
    const { node } = trace.statement;
    if (!('CopyStmt' in node) || node.CopyStmt.filename !== undefined) return undefined;
    const direction = node.CopyStmt.is_from ? 'FROM STDIN' : 'TO STDOUT';
    return {
      statement: trace,
      severity: 'error',
      message: `COPY ${direction} needs a client that sends or takes the data; a deploy is none.`,
    };
  }),
};
