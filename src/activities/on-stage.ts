import type { Info } from '@temporalio/activity';
import { heldUpTo, type HeldTarget } from '../config/held-target.js';
import type { Ownership } from '../contract/activities.js';
import type { Control } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import type { MigrationStage } from '../engine/files/stage.js';
import type { Owner } from '../engine/target.js';
import { asActivity } from './control.js';
import type { Dependencies } from './dependencies.js';

/** Works on a stage of a deploy under way: as patient with what cures itself as the target says. */
export async function onStage<T>(
  held: Dependencies['held'],
  request: Ownership,
  work: (holding: HeldTarget, owner: Owner, control: Control) => Promise<T>,
): Promise<T> {
  const holding = heldUpTo(await held(request.target), request.to);
  return asActivity(holding.retryFor, (control, info) => work(holding, ownerOf(request, info), control));
}

/** Who writes, as the engine knows it: each attempt of an activity is an attempt of its own. */
export function ownerOf({ deployId, epoch, database }: Ownership, info: Info): Owner {
  return { deployId, epoch, database, attempt: info.currentAttemptScheduledTimestampMs };
}

/** @throws EngineError `LEDGER_INCOMPLETE` when the stage at this index holds no migrations */
export function stageOf(holding: HeldTarget, index: number): MigrationStage {
  const stage = holding.release.migrations.get(index);
  if (!stage)
    throw new EngineError('LEDGER_INCOMPLETE', 'blocked', `this worker's release has no migrations in stage ${index}`, {
      next: 'Run a worker with the release of this deploy.',
    });
  return stage;
}
