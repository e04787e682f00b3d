import type { Member } from '../config/fill.js';
import type { HeldFleet } from '../config/hold-fleet.js';
import type { FleetAssertAnswer } from '../contract/fleet.js';
import { assertFiles } from '../engine/acts/assert.js';
import type { Control } from '../engine/control.js';

export interface WaveCheck {
  readonly fleet: HeldFleet;
  readonly wave: string;
  /** Names; one that is no longer a member is passed over. */
  readonly members: readonly string[];
  readonly known: ReadonlyMap<string, Member>;
  /** Members at once. */
  readonly lanes: number;
}

/** Looks at members of a wave whether its assertions hold there. One that cannot be asked counts as one where they do not. */
export async function assertMembers(
  { fleet, wave, members, known, lanes }: WaveCheck,
  control: Control,
): Promise<FleetAssertAnswer> {
  const files = fleet.checks.get(wave) ?? [];
  const left = members.flatMap((name) => known.get(name) ?? []);
  const failures: NonNullable<FleetAssertAnswer['first']>[] = [];
  const lane = async (): Promise<void> => {
    for (let member = left.shift(); member && !control.signal.aborted; member = left.shift()) {
      const { name } = member;
      try {
        await assertFiles(fleet.held(member).target, files, control);
      } catch (error) {
        failures.push({ member: name, message: (error as Error).message });
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(lanes, left.length) }, lane));
  control.signal.throwIfAborted();
  return { failed: failures.length, first: failures[0] };
}
