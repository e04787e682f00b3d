import { nodesIn, strings } from '../facts/named.js';
import { rawProcedureText } from './procedure-text.js';
import { eachStatement, type Rule } from './rule.js';

/** Functions of PostgreSQL and its extensions that reach files, programs or other servers. */
const FUNCTIONS =
  /^(?:pg_read_(?:binary_)?file|pg_ls_\w+|pg_stat_file|pg_file_\w+|lo_import|lo_export|dblink\w*|pg_execute_server_program)$/;
/** Languages whose functions may do what the server's account may. */
const UNTRUSTED = /(?:u|untrusted)$|^(?:c|internal|plsh|pljavau)$/;
const IN_CODE =
  /\b(?:pg_read_(?:binary_)?file|pg_ls_\w+|lo_import|lo_export|dblink\w*)\s*\(|\bcopy\b[^;]*\b(?:from|to)\s+(?:program|')/i;

export const se001: Rule = {
  id: 'SE001',
  title: 'a statement that leaves the database: programs, files, other servers',
  why: 'It runs or reads with the rights of the account of the database server, in production and in every check of the branch. On a managed server it fails.',
  safe: 'Do it from an `exec` stage or by hand, with rights of its own. Where it is meant: `-- pawl:allow SE001 <why>`.',
  check: eachStatement((trace) => {
    const reached =
      reaches(trace.statement.node) ??
      (IN_CODE.test(rawProcedureText({ node: trace.statement.node, facts: trace.facts }) ?? '') ? 'The code' : undefined);
    if (reached === undefined) return undefined;
    return {
      statement: trace,
      severity: 'error',
      message: `${reached} reaches beyond the database, with the rights of the server's account.`,
    };
  }),
};

function reaches(node: unknown): string | undefined {
  for (const part of nodesIn(node)) {
    const { is_program: program, filename, funcname, language, options } = part;
    if (program === true) return 'COPY ... PROGRAM';
    if (typeof filename === 'string' && filename !== '') return 'COPY with a file of the server';
    const called = Array.isArray(funcname) ? strings(funcname).at(-1) : undefined;
    if (called !== undefined && FUNCTIONS.test(called)) return `${called}()`;
    if (typeof language === 'string' && UNTRUSTED.test(language)) return `A function in ${language}`;
    for (const option of Array.isArray(options) ? (options as unknown[]) : []) {
      const { DefElem } = option as { DefElem?: { defname?: string; arg?: { String?: { sval?: string } } } };
      const written = DefElem?.defname === 'language' ? DefElem.arg?.String?.sval : undefined;
      if (written !== undefined && UNTRUSTED.test(written)) return `A function in ${written}`;
    }
  }
  return undefined;
}
