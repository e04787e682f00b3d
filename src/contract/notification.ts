/** What people can be told of, by the words of the configuration. */
export const OCCASIONS = ['blocked', 'approval', 'failed', 'done', 'drift'] as const;
export type Occasion = (typeof OCCASIONS)[number];

/** States that pass when somebody decides: only of these is asked whether they still last. */
export const PASSING: readonly Occasion[] = ['blocked', 'approval'];

/** A notification of the configuration, as a workflow needs it: who is told is known to the worker. */
export interface NotificationPlan {
  /** Index in the target's `notify`. */
  readonly notification: number;
  readonly on: readonly Occasion[];
  /** Milliseconds that a passing state has to last. */
  readonly after: number;
}
