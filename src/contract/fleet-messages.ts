import type { QueryDefinition, UpdateDefinition } from '@temporalio/common';
import type { ApproveDecision, Decision, SupersedeDecision } from './decision.js';
import type { FleetStatus, Stopping } from './fleet.js';

// As the SDK's own define functions, whose library a client need not load.
const update = <D extends Decision>(name: string) => ({ type: 'update', name }) as UpdateDefinition<string, [D]>;

/** The verbs of a rollout. Each answers with a sentence that says what happens now. */
export const fleetHold = update('hold');
export const fleetResume = update('resume');
export const fleetCancel = update('cancel');
export const fleetApprove = update<ApproveDecision>('approve');
export const fleetSupersede = update<SupersedeDecision>('supersede');
export const fleetStatus = { type: 'query', name: 'status' } as QueryDefinition<FleetStatus>;
/** Asked by an activity that was told to stop. */
export const stopping = { type: 'query', name: 'stopping' } as QueryDefinition<Stopping>;
