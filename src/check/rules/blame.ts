import { bareName } from '../sql-name.js';
import type { CommittedLoss, StatementTrace } from '../trace/statement-trace.js';

/** The statement of a transaction that took something away: the last one that names it; code that names nothing answers for all. */
export function blame(loss: CommittedLoss, statements: readonly StatementTrace[]): StatementTrace | undefined {
  const own = statements.filter(({ commit, outcome }) => commit === loss.commit && outcome === 'ran');
  const [name, of] = [bare(loss.name), bare(loss.of)];
  return (
    own.findLast(({ statement: { text } }) => says(text, name) && (of === '' || says(text, of))) ??
    own.findLast(({ statement: { text } }) => says(text, name) || (of !== '' && says(text, of))) ??
    own.findLast(({ statement: { node } }) => !('VariableSetStmt' in node)) ??
    own[0]
  );
}

/** `public.f(integer)` is looked for as `f`, a label without its quotes. */
function bare(name: string): string {
  const signature = name.indexOf('(');
  const [word = ''] = /^[A-Z]+ /.test(name) ? [''] : [signature > 0 ? name.slice(0, signature) : name];
  return bareName(word.startsWith("'") ? word.slice(1, -1) : word);
}

function says(text: string, name: string): boolean {
  return name !== '' && text.toLowerCase().includes(name.toLowerCase());
}
