import { proxyActivities } from '@temporalio/workflow';
import type { DeployActivities } from '../contract/activities.js';

/**
 * Answers as soon as a worker of its queue has worked on it and on an activity of it: what `pawl doctor` asks, since Temporal lists a worker
 * that died for another minute.
 */
export async function answer({ target }: { readonly target: string }): Promise<void> {
  const { describeRelease } = proxyActivities<DeployActivities>({ startToCloseTimeout: '5 seconds' });
  await describeRelease({ target });
}
