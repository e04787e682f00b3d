import type { Statement } from '../files/statements.js';

/** A part of a script that is sent at once. */
export interface Message {
  readonly text: string;
  /** Characters of ours before those of the file. */
  readonly before: number;
  /** What it has of the file, and where that begins in it. */
  readonly body: string;
  readonly start: number;
}

/** Characters of a file that are sent at once: the server parses a whole message before it runs the first statement of it. */
const LONGEST = 1_000_000;

/** Whether a script of this length is one message. */
export const isOneMessage = (sql: string): boolean => sql.length <= LONGEST;

/**
 * Cuts a script into messages, between two statements.
 * @param body what runs of the file, and where it begins in it
 * @param head,tail what comes before and after it
 */
export function messagesOf(
  head: string,
  body: { readonly text: string; readonly start: number },
  tail: string,
  statements: readonly Pick<Statement, 'end'>[],
): readonly Message[] {
  const cuts = isOneMessage(body.text) ? [] : cutsOf(body.start, statements);
  const starts = [body.start, ...cuts];
  return starts.map((start, n) => {
    const text = body.text.slice(start - body.start, (starts[n + 1] ?? Infinity) - body.start);
    const before = n === 0 ? head : '';
    const after = n === starts.length - 1 ? tail : '';
    return { text: `${before}${text}${after}`, before: before.length, body: text, start };
  });
}

/** Offsets in the file behind statements, as far apart as a message may be long. */
function cutsOf(from: number, statements: readonly Pick<Statement, 'end'>[]): number[] {
  const cuts: number[] = [];
  let start = from;
  for (const { end } of statements.slice(0, -1)) {
    if (end - start < LONGEST) continue;
    cuts.push(end);
    start = end;
  }
  return cuts;
}
