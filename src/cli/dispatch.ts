import type { Command } from './context.js';

/** Carries out a verb whose module is loaded only now: `--help` and usage errors stay quick. */
export type Dispatch = <Settings>(load: () => Promise<Command<Settings>>, settings: Settings, flags: Flags) => Promise<void>;

export interface Flags {
  readonly config?: string;
  readonly json?: boolean;
  /** With `json`, a line for each thing that happens. */
  readonly follow?: boolean;
  readonly watch?: boolean;
}
