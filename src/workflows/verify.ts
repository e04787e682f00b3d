import {
  ApplicationFailure,
  proxyActivities,
  setCurrentDetails,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { DeployActivities, Inspection } from '../contract/activities.js';
import { frontInputFault, type FrontActivities, type FrontInput, type FrontRelease } from '../contract/front.js';
import { releaseQueue } from '../contract/names.js';
import { blockedOnKey, environmentKey, releaseKey, stateKey, targetKey } from '../contract/search-attributes.js';
import { counted } from '../text/counted.js';
import { failureText } from './fault.js';
import { verifyDetails, type Look } from './verify-details.js';

/** What a look has come to. */
export interface VerifyResult {
  readonly target: string;
  readonly outcome: 'verified' | 'being deployed';
  readonly inspection?: Inspection | undefined;
}

const front = proxyActivities<FrontActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '30 seconds',
  retry: { initialInterval: '1 second', maximumInterval: '20 seconds' },
});

/**
 * Holds the database of a target against the files of the newest release that a worker holds. A deploy that is under way is let be.
 * @returns what was looked at; it fails with the type `Drift` where something differs
 */
export async function verify(input: Pick<FrontInput, 'target' | 'release'>): Promise<VerifyResult> {
  const wrong = frontInputFault(input);
  if (wrong !== undefined) throw ApplicationFailure.nonRetryable(wrong, 'Refused');
  const { target } = input;
  if (await front.isDeploying({ target })) return { target, outcome: 'being deployed' };
  const release = await front.findRelease({ target, release: input.release });
  const taskQueue = releaseQueue(release.digest, release.environment);
  const { inspect } = proxyActivities<DeployActivities>({
    taskQueue,
    startToCloseTimeout: '30 minutes',
    heartbeatTimeout: '30 seconds',
    scheduleToStartTimeout: '5 minutes',
    retry: { maximumAttempts: 5 },
  });
  const inspection = await inspect({ target });
  const errors = inspection.findings.filter(({ severity }) => severity === 'error');
  upsertSearchAttributes([
    { key: targetKey, value: target },
    ...(release.environment === undefined ? [] : [{ key: environmentKey, value: release.environment }]),
    { key: releaseKey, value: release.label },
    { key: stateKey, value: errors.length === 0 ? 'verified' : 'drift' },
    { key: blockedOnKey, value: errors[0]?.code ?? null },
  ]);
  const look = { target, label: release.label, at: new Date().toISOString(), inspection };
  setCurrentDetails(verifyDetails(look));
  if (errors.length === 0) return { target, outcome: 'verified', inspection };
  const more = errors.length > 1 ? `, and ${counted(errors.length - 1, 'more finding')}` : '';
  const message = `${target} differs from release ${release.label}: ${errors[0]!.message}${more}`;
  if (inspection.notify) setCurrentDetails(verifyDetails({ ...look, told: await tell(inspection, release, look, message) }));
  throw ApplicationFailure.create({ message, type: 'Drift', nonRetryable: true, details: [{ target, release, inspection }] });
}

/** @returns whom it has reached, and whom not, in words */
async function tell(
  { notify: plans = [] }: Inspection,
  release: FrontRelease,
  { target, at }: Look,
  what: string,
): Promise<string[]> {
  const { notify } = proxyActivities<DeployActivities>({
    taskQueue: releaseQueue(release.digest, release.environment),
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '30 seconds',
    scheduleToStartTimeout: '5 minutes',
    retry: { maximumAttempts: 5 },
  });
  const { environment, digest, label } = release;
  const commands = [{ command: `pawl verify ${target}`, effect: 'list what differs' }];
  const news = { on: 'drift' as const, target, environment, release: { digest, label }, since: at, what, commands };
  return Promise.all(
    plans.map(({ notification }) =>
      notify({ ...news, notification, key: `${workflowInfo().runId}-drift-${notification}` }).then(
        (name) => `notified ${name}`,
        (error: unknown) => `nobody was notified: ${failureText(error)}`,
      ),
    ),
  );
}
