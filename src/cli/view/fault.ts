import type { DeployStatus, Fault } from '../../contract/deploy.js';
import { choiceList } from './choice-list.js';
import { choices } from './choices.js';
import { codeLine } from './error.js';
import { paint, wrap, type Look } from './look.js';
import { sinceText } from './since.js';

export interface FaultContext {
  /** The source line with a caret, where the caller has the file. */
  readonly excerpt?: string | undefined;
  /** Link into the Web UI. */
  readonly link?: string | undefined;
}

/** What went wrong, where, and what to do: the text of a fault without the choices. */
export function faultText(fault: Fault, look: Look, excerpt?: string): string {
  const state = fault.sqlstate && !fault.message.includes(fault.sqlstate) ? ` (SQLSTATE ${fault.sqlstate})` : '';
  const message = wrap(`${located(fault)}${state}`, look.columns, '  ');
  const source = excerpt ? `\n\n${excerpt.replace(/^/gm, '    ')}\n` : '';
  return `${paint(look, 'red', message)}${source}\n${wrap(fault.next, look.columns, '  ')}\n${codeLine(fault.code, look)}`;
}

/** The message begins with its place; the engine mostly has put it there already. */
function located({ file, line, column, message }: Fault): string {
  if (file === undefined || message.includes(file)) return message;
  return `${[file, line, column].filter((part) => part !== undefined).join(':')}: ${message}`;
}

/** A deploy that waits for a decision or has failed: headline, fault, choices, link. */
export function faultView(status: DeployStatus, look: Look, { excerpt, link }: FaultContext = {}): string {
  const { state, target, fault } = status;
  const where = fault?.version === undefined ? '' : ` at ${fault.version}`;
  return [
    paint(look, ['red', 'bold'], `✗ ${target} is ${state}${where}`),
    ...(status.since === undefined ? [] : [paint(look, 'dim', `  ${sinceText(status.since)}`)]),
    ...(fault ? ['', faultText(fault, look, excerpt)] : []),
    ...(choices(status).length > 0 ? ['', choiceList(choices(status), look)] : []),
    ...(link ? ['', `  ${link}`] : []),
  ].join('\n');
}
