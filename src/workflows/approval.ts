import { approvalText } from '../contract/approval.js';
import type { ApproveDecision } from '../contract/decision.js';
import type { Fault } from '../contract/deploy.js';
import { approvalLine, type SignedBy } from '../contract/signed-approval.js';
import { prove } from './activities.js';
import type { Board } from './board.js';

/** What whoever gives an approval of a deploy signs. */
export function lineOf({ target, environment, release, database, plan = '' }: Board, approval: string, deploy: string): string {
  return approvalLine({ ...{ target, environment, release, plan, approval, deploy }, database: database?.label });
}

/** Asks a worker who has signed an approval. @param nth which signature that this run looks at */
export async function proveSignature(
  { target, turn }: Board,
  stage: number,
  nth: number,
  { by, signature = '' }: ApproveDecision,
  line: string,
): Promise<SignedBy> {
  const request = { target, stage, by, line, signature };
  return { line, signature, key: await prove(`prove-approval-${turn}-${nth}`, `prove: signed by ${by}`, request) };
}

/** Why a deploy ends that nobody has approved in time. */
export function notApproved({ approving, startedBy, target }: Board, name: string): Fault {
  const missing = approvalText(approving && { ...approving, until: undefined }, startedBy);
  return {
    code: 'APPROVAL_EXPIRED',
    message: `the approval "${name}" was not given in time (until ${approving?.until ?? ''})${missing && `: ${missing}`}`,
    next: `What is committed stays, and nothing after the approval has run. Deploy again to ask anew: pawl deploy ${target}.`,
  };
}
