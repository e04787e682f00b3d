/** A parameter as it was written. */
export interface Pair {
  readonly name: string;
  readonly value: string;
  /** Whether a message may name it: false where it may be a piece of a password that was not escaped. */
  readonly named: boolean;
}

/** Parameters whose values nobody may see. */
export const isSecret = (name: string): boolean => /password|secret|client_key|server_key/i.test(name);
