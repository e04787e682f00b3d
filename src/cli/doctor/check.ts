import type { Look } from '../view/look.js';
import { pad, paint, wrap } from '../view/look.js';

/** One precondition, as it was found. */
export interface Check {
  /** What was looked at: `database`, `worker`. */
  readonly subject: string;
  readonly state: 'fine' | 'warning' | 'failing' | 'skipped';
  /** What was found. */
  readonly found: string;
  /** What to do about it. */
  readonly cure?: string | undefined;
}

/** Looks at something; what it throws is a failing check, with the error's own cure. */
export async function check(subject: string, look: () => Promise<string | Omit<Check, 'subject'>>): Promise<Check> {
  try {
    const found = await look();
    return typeof found === 'string' ? { subject, state: 'fine', found } : { subject, ...found };
  } catch (error) {
    const { message, next } = error as { message: string; next?: string };
    return { subject, state: 'failing', found: message, ...(next === undefined ? {} : { cure: next }) };
  }
}

const MARKS: Record<Check['state'], string> = { fine: '✓', warning: '!', failing: '✗', skipped: '·' };
const COLORS = { fine: 'green', warning: 'yellow', failing: 'red', skipped: 'dim' } as const;

/** The checks below each other, each with its cure. */
export function checkList(checks: readonly Check[], look: Look): string {
  const longest = Math.max(...checks.map(({ subject }) => subject.length));
  return checks
    .map(({ subject, state, found, cure }) => {
      const indent = ' '.repeat(longest + 4);
      const head = `${MARKS[state]} ${pad(subject, longest)}  `;
      const line = paint(look, COLORS[state], wrap(found, look.columns, head, indent));
      return cure === undefined ? line : `${line}\n${wrap(cure, look.columns, indent)}`;
    })
    .join('\n');
}
