import type { HeldTarget } from '../config/held-target.js';
import { recordedFiles } from '../config/schema.js';
import { deployDirect } from '../direct/deploy.js';
import type { Control } from '../engine/control.js';
import { EngineError } from '../engine/error.js';

/** Deploys the files of the past to a throwaway database: its start state, with its ledger. */
export interface Past {
  /** With the throwaway database as its address and only the files of the past. */
  readonly held: HeldTarget;
  readonly exec: boolean;
  readonly environment: NodeJS.ProcessEnv;
  readonly control: Control;
  /** Whose files these are, for errors. */
  readonly name: string;
}

/** @throws EngineError `START_STATE` for files that do not run */
export async function replayFiles({ held, exec, environment, control, name }: Past): Promise<void> {
  const stages = held.stages.map((stage) => {
    const runs = recordedFiles(stage) !== undefined || ('exec' in stage && exec);
    return runs ? stage : { signal: [] };
  });
  try {
    await deployDirect({
      held: { ...held, stages, retryFor: 0 },
      label: 'start',
      by: 'pawl check',
      environment,
      say: () => undefined,
      control,
    });
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    const { message, next, place, excerpt, sqlstate } = error;
    throw new EngineError('START_STATE', 'refused', `the start state cannot be made from ${name}: ${message}`, {
      next,
      place,
      excerpt,
      sqlstate,
      cause: error,
    });
  }
}
