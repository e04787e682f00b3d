import type { DeployActivities } from '../contract/activities.js';
import type { BackfillPace } from '../contract/deploy.js';
import { recordDecision } from '../engine/acts/decide.js';
import { tuneBackfill } from '../engine/acts/tune-backfill.js';
import { EngineError } from '../engine/error.js';
import type { EngineTarget } from '../engine/target.js';
import { asActivity } from './control.js';
import type { Dependencies } from './dependencies.js';
import { ownerOf } from './on-stage.js';

/** A backfill that has ended meanwhile has no pace any more. */
async function changePace(
  target: EngineTarget,
  pace: BackfillPace,
  decision: { by: string; reason: string | undefined },
): Promise<void> {
  await tuneBackfill(target, pace, decision).catch((error: unknown) => {
    if (!(error instanceof EngineError) || error.code !== 'BACKFILL_NONE') throw error;
  });
}

/** Writes an operator's decision into the audit. Waits however long the database is away. */
export function decide({ held }: Dependencies): DeployActivities['decide'] {
  return ({ key, verb, by, reason, version, pace, signed, ...ownership }) =>
    asActivity(Infinity, async (control, info) => {
      if (verb === 'speed') return changePace((await held(ownership.target)).target, pace ?? {}, { by, reason });
      const event = { kind: `operator.${verb}` as const, by, reason, version };
      return recordDecision(
        (await held(ownership.target)).target,
        ownerOf(ownership, info),
        event,
        key,
        control,
        signed && { signed },
      );
    });
}
