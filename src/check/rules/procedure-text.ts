import { strings } from '../facts/named.js';
import { factKey } from '../facts/facts.js';
import type { StatementTrace } from '../trace/statement-trace.js';

/** The code that a DO or CALL runs, without comments and texts in quotes; undefined for any other statement. */
export function procedureText({ statement: { node }, facts }: StatementTrace): string | undefined {
  const code = rawProcedureText({ node, facts });
  return code?.replace(/--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'/g, ' ');
}

/** The same as it is written. */
export function rawProcedureText({
  node,
  facts,
}: {
  node: StatementTrace['statement']['node'];
  facts: StatementTrace['facts'];
}): string | undefined {
  if ('DoStmt' in node) {
    for (const argument of node.DoStmt.args ?? []) {
      if (
        'DefElem' in argument &&
        argument.DefElem.defname === 'as' &&
        argument.DefElem.arg &&
        'String' in argument.DefElem.arg
      ) {
        return argument.DefElem.arg.String.sval ?? '';
      }
    }
  }
  if ('CallStmt' in node) return facts.functions.get(factKey(strings(node.CallStmt.funccall?.funcname ?? [])))?.source ?? '';
  return undefined;
}
