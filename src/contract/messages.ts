import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '@temporalio/common';
import type { Decision, Decisions, SupersedeDecision, VerbName } from './decision.js';
import type { DeployStatus, Work } from './deploy.js';

export type { Decision } from './decision.js';

// As the SDK's own define functions, whose library a client need not load.
const update = <D extends Decision>(name: string) => ({ type: 'update', name }) as UpdateDefinition<string, [D]>;
const verb = <V extends VerbName>(name: V) => update<Decisions[V]>(name);

/** The operators' verbs. Each answers with a sentence that says what happens now. */
export const hold = verb('hold');
export const resume = verb('resume');
export const retry = verb('retry');
export const skip = verb('skip');
export const approve = verb('approve');
export const cancel = verb('cancel');
export const speed = verb('speed');
export const supersede = update<SupersedeDecision>('supersede');
export const status = { type: 'query', name: 'status' } as QueryDefinition<DeployStatus>;

/** From an activity to its workflow: who blocks whom, each time that changes. */
export const work = { type: 'signal', name: 'work' } as SignalDefinition<[Work]>;
