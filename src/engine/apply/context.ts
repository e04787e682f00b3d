import type { Control } from '../control.js';
import type { Session } from '../postgres/connect.js';
import type { EngineTarget, Owner } from '../target.js';

/** What every piece of applying works with. */
export interface ApplyContext {
  readonly session: Session;
  readonly target: EngineTarget;
  readonly owner: Owner;
  readonly stage: string;
  readonly control: Control;
}
