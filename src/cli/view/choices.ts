import { choicesOf, type Choice } from '../../contract/choices.js';
import type { DeployStatus } from '../../contract/deploy.js';

/** What has to be decided in the state that a deploy is in; empty where it needs nobody. */
export function choices(status: DeployStatus): Choice[] {
  return status.state === 'starting' || status.state === 'running' ? [] : choicesOf(status);
}
