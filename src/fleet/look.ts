import { createHash } from 'node:crypto';
import type { HeldFleet } from '../config/hold-fleet.js';
import { migrationStages } from '../config/held-target.js';
import { planRollout, type RolloutChoice } from '../config/rollout.js';
import { EngineError } from '../engine/error.js';
import { planTarget } from '../engine/plan/plan.js';

/** One member as its ledger tells. */
export interface MemberSight {
  readonly member: string;
  readonly wave: string;
  /** `refused`: a deploy would be, for what `fault` says. */
  readonly state: 'current' | 'behind' | 'refused' | 'unreachable';
  /** Versions, in the order in which they would be applied. */
  readonly pending: readonly string[];
  readonly applied: number;
  /** The same for members with the same applied set. */
  readonly set?: string | undefined;
  readonly fault?: { readonly code: string; readonly message: string } | undefined;
}

/**
 * Reads the ledgers of the members, so many at once. A member that cannot be read is one sight among the others.
 * @param onSight told after each member
 */
export async function lookAtMembers(
  fleet: HeldFleet,
  choice: RolloutChoice,
  onSight: (seen: number, of: number) => void = () => undefined,
): Promise<readonly MemberSight[]> {
  const members = await fleet.members();
  const known = new Map(members.map((member) => [member.name, member]));
  const wanted = planRollout(fleet, members, choice).flatMap(({ settings, members: names }) =>
    names.map((member) => ({ member, wave: settings.name })),
  );
  const sights = new Array<MemberSight>(wanted.length);
  let next = 0;
  let seen = 0;
  const lane = async (): Promise<void> => {
    for (let at = next++; at < wanted.length; at = next++) {
      const { member, wave } = wanted[at]!;
      sights[at] = { member, wave, ...(await look(() => fleet.held(known.get(member)!))) };
      onSight((seen += 1), wanted.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(fleet.fleet.parallel, wanted.length) }, lane));
  return sights;
}

async function look(hold: () => ReturnType<HeldFleet['held']>): Promise<Omit<MemberSight, 'member' | 'wave'>> {
  try {
    const held = hold();
    const { stages, applied, findings } = await planTarget(held.target, migrationStages(held));
    const pending = stages.flatMap((stage) => stage.pending.map(({ migration }) => migration.version));
    const error = findings.find(({ severity }) => severity === 'error');
    const rows = applied.map(({ version, checksum }) => `${version} ${checksum ?? ''}`).sort();
    const set = createHash('sha256').update(rows.join('\n')).digest('hex').slice(0, 8);
    const state = error ? 'refused' : pending.length > 0 ? 'behind' : 'current';
    return {
      state,
      pending,
      applied: applied.length,
      set,
      ...(error && { fault: { code: error.code, message: error.message } }),
    };
  } catch (error) {
    const { code = 'CONFIG', message } = error instanceof EngineError ? error : { message: (error as Error).message };
    const state = code.startsWith('CONNECT') ? 'unreachable' : 'refused';
    return { state, pending: [], applied: 0, fault: { code, message } };
  }
}
