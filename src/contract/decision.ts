import { durationFault } from '../text/duration.js';
import { LONGEST_SIGNATURE } from './signed-approval.js';

/** Who decided and why; both go into the audit. */
export interface Decision {
  readonly by: string;
  readonly reason?: string | undefined;
  /** ISO 8601: refused after this moment, by the clock of Temporal. Whoever gives up waiting for an answer knows then that it is void. */
  readonly until?: string | undefined;
}

export interface RetryDecision extends Decision {
  /** Waits this long for locks from now on in this deploy, such as `10s`. */
  readonly lockTimeout?: string | undefined;
}

export interface SkipDecision extends Decision {
  readonly version: string;
  readonly reason: string;
}

export interface ApproveDecision extends Decision {
  /** Name of the approval, in case that another one waits by now. */
  readonly name?: string | undefined;
  /** Of an approval that has to be signed: what `ssh-keygen -Y sign` has written over `approving.toSign` of the status. */
  readonly signature?: string | undefined;
}

/** From `pawl deploy` of a newer release to the deploy that is in its way. No verb for people: it ends a deploy in favour of another. */
export interface SupersedeDecision extends Decision {
  /** Label of the newer release. */
  readonly release: string;
}

export interface SpeedDecision extends Decision {
  /** How long a batch is to take, such as `100ms`. */
  readonly batch?: string | undefined;
  /** Rest after a batch, as a share of the time that it took, such as `0.5`. */
  readonly pace?: string | undefined;
}

/** What each verb takes. */
export interface Decisions {
  readonly hold: Decision;
  readonly resume: Decision;
  readonly retry: RetryDecision;
  readonly skip: SkipDecision;
  readonly approve: ApproveDecision;
  readonly cancel: Decision;
  readonly speed: SpeedDecision;
}

export type VerbName = keyof Decisions;

/** Type of the failure that refuses a decision for its time limit; its detail is the time, ISO 8601. */
export const VOID = 'Void';

/** Characters of a name or a reason: it stands in the history, in the audit and on pages. */
export const LONGEST_TEXT = 500;

const SHARE = /^\d{1,3}(\.\d+)?$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/;

/**
 * What is wrong with a decision as somebody sent it, as a sentence; undefined for one that is well made. An unknown key is wrong: in the
 * Web UI a letter gets lost easily, and with it the reason or the lockTimeout.
 * @param takes keys that the verb takes beside `by`, `reason` and `until`
 */
export function malformed(decision: unknown, takes: readonly string[]): string | undefined {
  if (typeof decision !== 'object' || decision === null || Array.isArray(decision))
    return 'expected one JSON object with "by", such as {"by":"ann"}';
  const known = ['by', 'reason', 'until', ...takes];
  const entries = Object.entries(decision).filter(([, value]) => value !== undefined);
  const unknown = entries.find(([key]) => !known.includes(key))?.[0];
  if (unknown !== undefined)
    return `"${readable(unknown)}" is not known here; expected ${known.map((key) => `"${key}"`).join(', ')}`;
  const { by } = decision as Record<string, unknown>;
  if (by === undefined || by === '') return 'expected one JSON object with "by", such as {"by":"ann"}';
  for (const [key, value] of entries) {
    const fault = textFault(value, key === 'signature' ? LONGEST_SIGNATURE : LONGEST_TEXT);
    if (fault !== undefined) return `"${key}": ${fault}`;
  }
  const { lockTimeout, until, batch, pace } = decision as { lockTimeout?: string; until?: string; batch?: string; pace?: string };
  for (const [key, value] of Object.entries({ lockTimeout, batch })) {
    const expected = value === undefined ? undefined : durationFault(value);
    if (expected !== undefined) return `${key}: expected ${expected}, found "${readable(value!)}"`;
  }
  if (pace !== undefined && !(SHARE.test(pace) && Number(pace) <= 100))
    return `pace: expected a share of the time that a batch took, 100 at most, such as 0.5, found "${readable(pace)}"`;
  if (until !== undefined && (!MOMENT.test(until) || Number.isNaN(Date.parse(until))))
    return `until: expected a moment such as 2026-01-31T12:00:00Z, found "${readable(until)}"`;
  return undefined;
}

/**
 * What is wrong with a text that somebody sent, as the end of a sentence; undefined when nothing is. Half a surrogate pair and a control
 * character (which a terminal, PostgreSQL or a page would trip over) are wrong.
 */
export function textFault(value: unknown, longest = LONGEST_TEXT): string | undefined {
  if (typeof value !== 'string') return `expected text, found ${value === null ? 'null' : typeof value}`;
  if (value.length > longest) return `expected at most ${longest} characters, found ${value.length}`;
  if (/(?![\t\n])\p{Cc}/u.test(value)) return 'expected text without control characters';
  if (/\p{Cs}/u.test(value)) return 'expected text, found half a character (a lone surrogate)';
  return undefined;
}

/** A part of what was sent that can be shown to the sender. */
function readable(text: string): string {
  return text.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');
}
