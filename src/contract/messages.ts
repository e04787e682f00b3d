import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { DeployStatus, Work } from './deploy.js';

/** Who decided and why; both go into the audit. */
export interface Decision {
  readonly by: string;
  readonly reason?: string | undefined;
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
}
export interface SupersedeDecision extends Decision {
  readonly release: string;
}

/** The operators' verbs. Each answers with a sentence that says what happens now. */
export const hold = defineUpdate<string, [Decision]>('hold');
export const resume = defineUpdate<string, [Decision]>('resume');
export const retry = defineUpdate<string, [RetryDecision]>('retry');
export const skip = defineUpdate<string, [SkipDecision]>('skip');
export const approve = defineUpdate<string, [ApproveDecision]>('approve');
export const cancel = defineUpdate<string, [Decision]>('cancel');
export const supersede = defineUpdate<string, [SupersedeDecision]>('supersede');
export const status = defineQuery<DeployStatus>('status');

/** From an activity to its workflow: who blocks whom, each time that changes. */
export const work = defineSignal<[Work]>('work');
