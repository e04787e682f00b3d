import type { HeldTarget } from '../config/held-target.js';
import type { Receivers } from '../config/notification.js';
import type { Tell } from '../signal/telling.js';

/** What a worker gives to its activities. */
export interface Dependencies {
  /** Also of a member of a fleet, whose list may have to be read for it. @throws EngineError when this worker does not hold the target */
  readonly held: (target: string) => Promise<HeldTarget>;
  /** Who is told of a target, or of a fleet. @throws EngineError when this worker holds neither */
  readonly receivers: (name: string) => Promise<Receivers>;
  readonly tell: Tell;
  readonly environment: NodeJS.ProcessEnv;
  /** The page of a workflow in the Web UI, where it is known. */
  readonly link: (workflowId: string, runId: string) => string | undefined;
}
