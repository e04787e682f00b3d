import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '@temporalio/common';
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

// As the SDK's own define functions, whose library a client need not load.
const update = <D extends Decision>(name: string) => ({ type: 'update', name }) as UpdateDefinition<string, [D]>;

/** The operators' verbs. Each answers with a sentence that says what happens now. */
export const hold = update<Decision>('hold');
export const resume = update<Decision>('resume');
export const retry = update<RetryDecision>('retry');
export const skip = update<SkipDecision>('skip');
export const approve = update<ApproveDecision>('approve');
export const cancel = update<Decision>('cancel');
export const supersede = update<SupersedeDecision>('supersede');
export const status = { type: 'query', name: 'status' } as QueryDefinition<DeployStatus>;

/** From an activity to its workflow: who blocks whom, each time that changes. */
export const work = { type: 'signal', name: 'work' } as SignalDefinition<[Work]>;
