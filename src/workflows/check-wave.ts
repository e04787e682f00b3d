import { condition } from '@temporalio/workflow';
import { assertionFault, type FleetAssertAnswer, type FleetInput } from '../contract/fleet.js';
import type { FleetOperator } from './fleet-operator.js';
import { activities } from './fleet-wave.js';
import type { Wave } from './wave-rest.js';

/** Members whose assertions are looked at by one activity. */
const ASKED_AT_ONCE = 500;

/** Looks at a wave after its members were deployed. @returns what does not hold @throws what the service says, in words */
export async function checkWave(
  { settings, members }: Wave,
  { fleet, release }: FleetInput,
  operator: FleetOperator,
): Promise<string | undefined> {
  const { healthy, healthyWithin: within, assert, name, parallel } = settings;
  const ends = condition(() => operator.ends);
  if (healthy !== undefined && !operator.ends) await Promise.race([activities.fleetHealthy({ url: healthy, within }), ends]);
  if (assert === undefined) return undefined;
  let failed = 0;
  let first: FleetAssertAnswer['first'];
  for (let at = 0; at < members.length && !operator.ends; at += ASKED_AT_ONCE) {
    const some = members.slice(at, at + ASKED_AT_ONCE);
    const answer = await Promise.race([
      activities.fleetAssert({ fleet, release, wave: name, members: some, lanes: parallel }),
      ends,
    ]);
    if (!answer) break;
    failed += answer.failed;
    first ??= answer.first;
  }
  return assertionFault(name, members.length, { failed, first });
}
