import type { Control, Notice } from '../control.js';
import type { Session } from '../postgres/connect.js';

interface Message {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
}

/** Runs work on a session and passes on what the server says meanwhile. Of statements that follow each other at once nobody can tell whose it was. */
export async function hearNotices<T>({ client }: Session, { hear }: Control, work: () => Promise<T>): Promise<T> {
  if (!hear) return work();
  const listener = ({ code = '', message = '', detail, hint }: Message): void => {
    const addition = `${detail ? `. DETAIL: ${detail}` : ''}${hint ? `. HINT: ${hint}` : ''}`;
    // SQLSTATE class 01 is that of warnings; the severity is a word of the server's language.
    hear({ kind: code.startsWith('01') ? 'warning' : 'notice', text: `${message}${addition}` });
  };
  client.on('notice', listener);
  try {
    return await work();
  } finally {
    client.off('notice', listener);
  }
}

/** Counts what the server says, and passes the first ones on. */
export class NoticeCount {
  #counts = { notice: 0, warning: 0 };
  #shown = 0;

  /** @param show gets the first twenty: a loop may raise a million */
  constructor(readonly show: (notice: Notice) => void) {}

  readonly hear = (notice: Notice): void => {
    this.#counts[notice.kind] += 1;
    if (this.#shown >= SHOWN) return;
    this.#shown += 1;
    const { text } = notice;
    this.show(text.length > LONGEST ? { ...notice, text: `${text.slice(0, LONGEST)}… (${text.length} characters)` } : notice);
  };

  /** How many of each kind there were, and how many of them were not shown; it begins anew. */
  take(): { readonly notices: number; readonly warnings: number; readonly hidden: number } {
    const { notice, warning } = this.#counts;
    const hidden = notice + warning - this.#shown;
    this.#counts = { notice: 0, warning: 0 };
    this.#shown = 0;
    return { notices: notice, warnings: warning, hidden };
  }
}

const SHOWN = 20;
/** Characters of one. */
const LONGEST = 2_000;
