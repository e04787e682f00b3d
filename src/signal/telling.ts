import type { Dependent } from '../config/schema.js';
import type { Control } from '../engine/control.js';
import type { EngineTarget } from '../engine/target.js';

/** What a dependent is told. */
export interface DeployNews {
  readonly target: string;
  readonly release: string;
  readonly digest: string;
  readonly deployId: string;
}

export interface Telling {
  /** The same each time the same news is sent again, so that the receiver can tell it apart from other news. */
  readonly key: string;
  readonly message: DeployNews;
  readonly target: EngineTarget;
}

/** Tells one dependent. @returns a sentence for the story of the deploy */
export type Tell = (dependent: Dependent, telling: Telling, control: Control) => Promise<string>;
