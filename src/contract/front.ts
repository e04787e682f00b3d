import { textFault } from './decision.js';
import type { DeployInput, DeployResult, Release } from './deploy.js';

/** What the workflow `pawl.deploy` takes. */
export interface FrontInput {
  readonly target: string;
  /** Digest or label of a release that a worker holds; without it the release whose worker started last. */
  readonly release?: string | undefined;
  /** Who deploys; goes into the audit. By default the workflow that started this one, or else this one. */
  readonly by?: string | undefined;
  /** The version that the deploy ends with; without it everything is applied. */
  readonly to?: string | undefined;
  /** When a migration fails for good: wait for a decision, by default, or end the deploy. */
  readonly onFailure?: 'block' | 'abort' | undefined;
  /** While another release is being deployed: wait, by default, or fail. */
  readonly ifBusy?: 'wait' | 'fail' | undefined;
}

const CHOICES: Readonly<Record<string, readonly string[]>> = { onFailure: ['block', 'abort'], ifBusy: ['wait', 'fail'] };
const KEYS = ['target', 'release', 'by', 'to', 'onFailure', 'ifBusy'];

/** What is wrong with the input as somebody sent it, as a sentence; undefined when nothing is. */
export function frontInputFault(input: unknown): string | undefined {
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    return 'expected one JSON object with "target", such as {"target":"orders"}';
  const entries = Object.entries(input).filter(([, value]) => value !== undefined && value !== null);
  const unknown = entries.find(([key]) => !KEYS.includes(key))?.[0];
  if (unknown !== undefined)
    return `there is no key "${unknown.slice(0, 40)}" here; expected ${KEYS.map((key) => `"${key}"`).join(', ')}`;
  for (const [key, value] of entries) {
    const fault = textFault(value);
    if (fault !== undefined) return `"${key}": ${fault}`;
    if (value === '') return `"${key}": expected text, found nothing`;
    const choices = CHOICES[key];
    if (choices && !choices.includes(value as string))
      return `"${key}": expected ${choices.map((choice) => `"${choice}"`).join(' or ')}`;
  }
  return entries.some(([key]) => key === 'target') ? undefined : 'expected "target", such as {"target":"orders"}';
}

/** A release and where it is deployed. */
export interface FrontRelease extends Release {
  readonly environment?: string | undefined;
}

/** A deploy that was started or joined. */
export interface FrontStart {
  readonly runId: string;
  /** Who had started it, where a deploy of this very release was under way. */
  readonly joined?: string | undefined;
}

/** What the front workflow asks of the worker that answers it, whatever release that worker holds. */
export interface FrontActivities {
  /** The release that is meant, among those that workers hold. */
  findRelease: (request: Pick<FrontInput, 'target' | 'release'>) => Promise<FrontRelease>;
  /** Starts the deploy, joins it, takes the place of one that waits for a decision, or waits for one that runs. */
  startDeploy: (request: { readonly input: DeployInput; readonly ifBusy: 'wait' | 'fail' }) => Promise<FrontStart>;
  /** The deploy of this release that is under way and was started by somebody since a time (ISO 8601), where there is one. */
  findStarted: (request: {
    readonly target: string;
    readonly digest: string;
    readonly by: string;
    readonly since: string;
  }) => Promise<FrontStart | undefined>;
  /** Waits for the end of a deploy. Fails as the deploy has failed. */
  awaitDeploy: (request: { readonly target: string; readonly runId: string }) => Promise<DeployResult>;
  /** Whether a deploy of the target is under way: what it has not applied yet is no drift. */
  isDeploying: (request: { readonly target: string }) => Promise<boolean>;
  cancelDeploy: (request: { readonly target: string; readonly by: string }) => Promise<string>;
}
