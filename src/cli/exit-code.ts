/** What the process says when it ends; scripts rely on it. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  /** Wrong usage or configuration. */
  usage: 2,
  /** Blocked, waiting for a decision. */
  blocked: 3,
  /** Failed, or refused before anything was touched. */
  failed: 4,
  cancelled: 5,
  /** Somebody else deploys to the target. */
  busy: 6,
  /** `check`, `verify` and `diff` found something. */
  findings: 7,
  /** Ctrl-C while following: the deploy goes on. Not 0, so that `pawl deploy && next` does not go on as if it had ended. */
  detached: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
