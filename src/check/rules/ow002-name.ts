import { nodesIn } from '../facts/named.js';
import { eachStatement, type Rule } from './rule.js';

export const ow002: Rule = {
  id: 'OW002',
  title: 'a name that means something else than it says',
  why: 'PostgreSQL cuts names at 63 bytes, so that two long ones become one. A SECURITY DEFINER function without a search_path of its own runs whatever function its caller puts in the way.',
  safe: 'Shorten the name. Write SET search_path = pg_catalog, public (or the like) at the function.',
  check: eachStatement((trace) => {
    const long = longName(trace.statement.text);
    if (long !== undefined) {
      return {
        statement: trace,
        severity: 'warning',
        message: `${long} is longer than 63 bytes; it is stored as ${Buffer.from(long).subarray(0, 63).toString()}.`,
      };
    }
    const { node } = trace.statement;
    if (!('CreateFunctionStmt' in node)) return undefined;
    const options = [...nodesIn(node.CreateFunctionStmt.options)].filter(({ defname }) => defname !== undefined);
    const definer = options.some(({ defname, arg }) => defname === 'security' && isTrue(arg));
    const settles = options.some(
      ({ defname, arg }) => defname === 'set' && [...nodesIn(arg)].some(({ name }) => name === 'search_path'),
    );
    return definer && !settles
      ? {
          statement: trace,
          severity: 'warning',
          message: "The function runs with its owner's rights and its caller's search_path.",
        }
      : undefined;
  }),
};

/** The grammar has cut the names in the tree already, so they are looked for in the text. */
function longName(text: string): string | undefined {
  const code = text.replace(/'(?:[^']|'')*'|--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$/g, ' ');
  const names = code.match(/"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*/gu) ?? [];
  return names.map((name) => name.replace(/^"|"$/g, '')).find((name) => Buffer.byteLength(name) > 63);
}

function isTrue(arg: unknown): boolean {
  return (arg as { Boolean?: { boolval?: boolean } } | undefined)?.Boolean?.boolval === true;
}
