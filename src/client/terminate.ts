import { withRun } from './open-run.js';
import type { DeployName } from '../contract/names.js';
import { ClientError } from './client-error.js';

/**
 * Ends a deploy from outside, without a word of its workflow: for one whose workflow cannot go on. The ledger and the lease fence off what
 * may still be alive of it.
 * @returns its id
 * @throws ClientError `NO_DEPLOY`
 */
export async function terminate(name: DeployName, reason: string): Promise<string> {
  return withRun(name, {}, async (run) => {
    const facts = await run.facts();
    if (!facts?.open)
      throw new ClientError(
        'NO_DEPLOY',
        `no deploy of ${name.target} is under way`,
        `pawl status ${name.target} shows how things stand.`,
      );
    await run.handle(facts.runId).terminate(reason);
    return facts.runId;
  });
}
