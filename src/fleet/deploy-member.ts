import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { migrationStages, type HeldTarget } from '../config/held-target.js';
import { deployDirect } from '../direct/deploy.js';
import { deployAtOnce, type AtOnce, type Step } from '../engine/acts/at-once.js';
import { finishDeploy, type Ending } from '../engine/acts/finish.js';
import { isDeployed } from '../engine/acts/is-deployed.js';
import type { Control } from '../engine/control.js';

/** One rollout, as the ledgers of the members hear of it. */
export interface Rollout {
  /** The deploys of the members are named after it: a member that is asked again goes on with its own. */
  readonly id: string;
  readonly label: string;
  readonly by: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Of last words: a control that was aborted would not even let the lease be given back. */
const UNSTOPPED: Control = { signal: new AbortController().signal, report: () => undefined };

/**
 * Deploys the release to one member: on one session where its stages need nothing but the database, else as `pawl deploy --direct` does.
 * After a failure the deploy keeps its lease; see {@link giveUp}.
 * @throws EngineError
 */
export async function deployMember(held: HeldTarget, rollout: Rollout, control: Control): Promise<AtOnce> {
  const steps = stepsOf(held);
  if (steps) return deployAtOnce(held.target, beginOf(held, rollout), steps, control);
  if (await isDeployed(held.target, migrationStages(held), held.release.digest)) return { deployed: false, applied: 0 };
  const { label, by, environment } = rollout;
  const { applied } = await deployDirect({
    held: { ...held, retryFor: 0 },
    label,
    by,
    environment,
    say: () => undefined,
    control,
  });
  return { deployed: true, applied };
}

/** Records how a member's deploy has ended, and gives its lease back where it has one. @throws EngineError */
export async function giveUp(held: HeldTarget, rollout: Rollout, ending: Ending): Promise<void> {
  if (!stepsOf(held)) return;
  const owner = { deployId: deployIdOf(held, rollout), epoch: 0, attempt: Date.now() };
  await finishDeploy(held.target, owner, { ...ending, by: rollout.by }, UNSTOPPED);
}

function beginOf(held: HeldTarget, rollout: Rollout) {
  const { label, by } = rollout;
  // The lock of the session keeps others out. A lease of this kind that nobody's lock stands behind may be taken over at once.
  const owner = `direct/${hostname()}/${process.pid}`;
  const claim = { deployId: deployIdOf(held, rollout), owner, release: held.release.digest };
  return { claim, attempt: Date.now(), label, by };
}

/** The same for each attempt of one rollout at one member, and nobody else's. */
function deployIdOf({ target }: HeldTarget, { id }: Rollout): string {
  const hex = createHash('sha256').update(`${id} ${target.name}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** @returns undefined where a stage needs more than the database */
function stepsOf({ stages, release }: HeldTarget): Step[] | undefined {
  const steps = stages.map((_, index): Step | undefined => {
    const migrations = release.migrations.get(index);
    if (migrations) return { migrations };
    const assertions = release.assertions.get(index);
    return assertions && { assertions };
  });
  return steps.every((step) => step !== undefined) ? steps : undefined;
}
