import { NAME } from './bounded.js';
import type { ApprovalRule, ApprovalStatus } from './deploy.js';

/** Different people that one approval may need. */
export const MOST_APPROVERS = 20;
/** People that may be named for one approval. */
export const MOST_NAMED = 100;

/** Whether two names are of one person: as people type them, and as systems write them. */
function same(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

/**
 * Why somebody may not give an approval that is waited for; undefined when they may.
 * @param key the fingerprint of the key that has signed it, once that is proved
 */
export function approverFault(
  { by, notBy, given }: ApprovalStatus,
  who: string,
  startedBy: string,
  key?: string,
): string | undefined {
  if (given.some((approval) => same(approval.by, who))) return `${who} has approved already; another person has to`;
  if (key !== undefined && given.some((approval) => approval.key === key))
    return `the key ${key} has approved already; another person's key has to`;
  if (notBy === 'starter' && same(startedBy, who)) return `${who} started this deploy; another person has to approve`;
  if (by && !by.some((one) => same(one, who))) return `${who} is none of those who may approve: ${by.join(', ')}`;
  return undefined;
}

/** Who may still give it, where the rule names people. */
function candidates({ by, given, notBy }: ApprovalStatus, startedBy: string): readonly string[] | undefined {
  return by?.filter((one) => !given.some((approval) => same(approval.by, one)) && !(notBy === 'starter' && same(startedBy, one)));
}

/**
 * Who has approved and who is missing, in a sentence; empty for an approval that anybody gives alone and however late.
 * @example '1 of 2 approvals: ann; missing: 1 of bob, carol; to be signed; until 2026-03-01 12:00 UTC'
 */
export function approvalText(approval: ApprovalStatus | undefined, startedBy: string): string {
  if (!approval) return '';
  const { of, notBy, until, given, toSign } = approval;
  const named = candidates(approval, startedBy);
  const missing = of - given.length;
  const who = named ? ` of ${named.join(', ')}` : notBy === 'starter' ? `, anybody but ${startedBy}` : '';
  const alone = of === 1 && given.length === 0;
  return [
    ...(alone
      ? []
      : [`${given.length} of ${of} approvals${given.length > 0 ? `: ${given.map(({ by }) => by).join(', ')}` : ''}`]),
    ...(missing > 0 && !(alone && who === '') ? [`missing: ${missing}${who}`] : []),
    ...(toSign === undefined ? [] : ['to be signed']),
    ...(until === undefined ? [] : [`until ${until.slice(0, 16).replace('T', ' ')} UTC`]),
  ].join('; ');
}

/**
 * A rule as a status that nobody has given yet.
 * @param now milliseconds since 1970
 * @param line what whoever approves signs, where the rule asks for that
 */
export function openApproval({ of = 1, by, notBy, within, signed }: ApprovalRule, now: number, line = ''): ApprovalStatus {
  const until = within === undefined ? undefined : new Date(now + within).toISOString();
  return { of, by, notBy, until, ...(signed && { toSign: line }), given: [] };
}

/** What is wrong with a rule that a client sends, as a sentence; undefined when nothing is. */
export function ruleFault(path: string, rule: unknown): string | undefined {
  if (typeof rule !== 'object' || rule === null || Array.isArray(rule)) return `${path}: expected an object`;
  const { of, by, notBy, within, signed, ...rest } = rule as Record<string, unknown>;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return `${path}: expected of, by, notBy, within, signed`;
  if (of !== undefined && !(Number.isInteger(of) && (of as number) >= 1 && (of as number) <= MOST_APPROVERS))
    return `${path}.of: expected a whole number from 1 to ${MOST_APPROVERS}`;
  if (by !== undefined && !(Array.isArray(by) && by.length > 0 && by.length <= MOST_NAMED && by.every(isName)))
    return `${path}.by: expected a list of up to ${MOST_NAMED} names`;
  if (notBy !== undefined && notBy !== 'starter') return `${path}.notBy: expected "starter"`;
  if (within !== undefined && !(Number.isInteger(within) && (within as number) > 0))
    return `${path}.within: expected milliseconds`;
  if (signed !== undefined && signed !== true) return `${path}.signed: expected true`;
  return undefined;
}

function isName(name: unknown): boolean {
  return typeof name === 'string' && name !== '' && name.length <= NAME;
}
