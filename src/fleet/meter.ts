import { metricMeter } from '@temporalio/activity';
import type { HeldFleet } from '../config/hold-fleet.js';
import type { MemberOutcome } from '../contract/fleet.js';

/** Counts a member that a rollout has come to an end with. */
export function countMember({ name, environment = '' }: HeldFleet, wave: string, outcome: MemberOutcome): void {
  metricMeter
    .createCounter('pawl_fleet_members', undefined, 'Members that rollouts have come to an end with, by outcome.')
    .add(1, { fleet: name, environment, wave, outcome });
}
