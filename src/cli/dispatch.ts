import type { Command } from './context.js';

/**
 * Carries out a verb whose module is loaded only now: `--help` and usage errors stay quick.
 * The settings have exactly the keys that the command takes: an option that is misspelt, or that no command reads, does not compile.
 */
export type Dispatch = <Settings extends object, Given extends Settings>(
  load: () => Promise<Command<Settings>>,
  settings: Given & Nothing<Exclude<keyof Given, keyof Settings | keyof Flags>> & Nothing<Exclude<keyof Settings, keyof Given>>,
  flags: Flags,
) => Promise<void>;

/** No value has one of these keys. */
type Nothing<Keys extends PropertyKey> = { readonly [Key in Keys]: never };

export interface Flags {
  readonly config?: string | undefined;
  readonly json?: true | undefined;
  /** With `json`, a line for each thing that happens. */
  readonly follow?: true | undefined;
  readonly watch?: true | undefined;
}
