/** An input that means harm, or is merely wrong, with the one answer that it has to get. */
export interface HostileCase {
  readonly what: string;
  /** Exit code of the verb; 0 where the input only looks harmful. */
  readonly exit: number;
  /** What the one error has to name; of a deploy that succeeds, what it says. */
  readonly says: RegExp;
}
