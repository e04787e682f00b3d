import { proxyActivities } from '@temporalio/workflow';

const { nothing } = proxyActivities<{ nothing(): Promise<void> }>({ startToCloseTimeout: '1 minute' });

/** As many steps as a deploy with nothing pending has, and nothing in them. */
export async function threeSteps(): Promise<void> {
  await nothing();
  await nothing();
  await nothing();
}
