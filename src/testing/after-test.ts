/** The context that Vitest and node:test give to a test, as far as it is needed. */
export type RunningTest = VitestContext | NodeTestContext;

interface VitestContext {
  readonly task: { readonly result?: { readonly state?: string } | undefined };
  readonly onTestFinished: (work: () => Promise<void>) => void;
}

interface NodeTestContext {
  readonly after: (work: () => Promise<void>) => void;
  /** Since Node 20.12. */
  readonly passed?: boolean;
}

/** Does one thing after a test that has passed, and another after one that has failed. */
export function afterTest(test: RunningTest, work: { passed(): Promise<void>; failed(): Promise<void> }): void {
  if ('onTestFinished' in test) test.onTestFinished(() => (test.task.result?.state === 'fail' ? work.failed() : work.passed()));
  else test.after(() => (test.passed === false ? work.failed() : work.passed()));
}
