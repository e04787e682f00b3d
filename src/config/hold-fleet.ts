import type { AssertionFile } from '../engine/acts/assert.js';
import { milliseconds } from '../text/duration.js';
import { engineTarget, showsValues } from './engine-target.js';
import type { Member } from './fill.js';
import type { Receivers } from './notification.js';
import type { HeldTarget } from './held-target.js';
import { firstFault } from './hold.js';
import type { LoadedConfig } from './load.js';
import { fleetTarget, memberTarget } from './member-target.js';
import { readMembers } from './members.js';
import { readAssertions, readRelease, type TargetRelease } from './release.js';
import type { ResolvedFleet } from './resolve-fleet.js';
import type { ProcessEnvironment } from './resolve.js';

/** A fleet with its release as one process holds it: files are read once for all members, the list of members whenever it is asked for. */
export interface HeldFleet extends ResolvedFleet {
  readonly release: TargetRelease;
  readonly retryFor: number;
  /** By wave: what has to be true at its members after it. */
  readonly checks: ReadonlyMap<string, readonly AssertionFile[]>;
  /** Who is told of its rollouts. */
  readonly receivers: Receivers;
  /** The members as their source has them now. @throws ConfigError, EngineError */
  members(): Promise<readonly Member[]>;
  /** A member by its name; the list is read anew where it is not among those that were read last. */
  find(name: string): Promise<HeldTarget | undefined>;
  /** A member as a target; its settings come from the list as it was last read. @throws ConfigError */
  held(member: Member): HeldTarget;
}

/** Milliseconds for which a list of members is believed. */
const FRESH = 60_000;

/**
 * Reads a fleet whole: settings and files. Its members are not asked for yet.
 * @throws EngineError when files cannot be deployed
 */
export async function holdFleet(
  resolved: ResolvedFleet,
  { root }: Pick<LoadedConfig, 'root'>,
  environment: ProcessEnvironment,
): Promise<HeldFleet> {
  const { name, fleet, environment: place } = resolved;
  const release = await readRelease({ target: fleetTarget(fleet) }, root);
  const fault = firstFault(release);
  if (fault) throw fault;
  const checks = new Map<string, readonly AssertionFile[]>();
  for (const wave of fleet.waves) {
    if (wave.assert === undefined) continue;
    const { files, wrong } = await readAssertions(wave.assert, root);
    if (wrong[0]) throw wrong[0];
    checks.set(wave.name, files);
  }
  const retryFor = milliseconds(fleet.retryFor);
  let last: { readonly at: number; readonly members: Map<string, Member> } | undefined;
  const members = async (): Promise<readonly Member[]> => {
    const read = await readMembers(name, fleet, root, environment);
    last = { at: Date.now(), members: new Map(read.map((member) => [member.name, member])) };
    return read;
  };
  const held = (member: Member): HeldTarget => {
    const target = engineTarget(memberTarget(name, fleet, member, place), environment);
    return { target, stages: fleet.stages, notify: [], release, root, retryFor };
  };
  return {
    ...resolved,
    release,
    retryFor,
    checks,
    receivers: { notifications: fleet.notify ?? [], root, showValues: showsValues(environment) },
    members,
    held,
    async find(wanted) {
      if (!last?.members.has(wanted) || Date.now() - last.at > FRESH) await members();
      const member = last?.members.get(wanted);
      return member && held(member);
    },
  };
}
