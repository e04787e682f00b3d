import { readStatus } from '../../client/index.js';
import { ClientError } from '../../client/client-error.js';
import { deployTitle, type DeployName } from '../../contract/names.js';

/**
 * What whoever approves the open deploy has to sign.
 * @throws ClientError where no deploy waits for a signed approval, or nobody answers for it
 */
export async function readLineToSign(name: DeployName): Promise<string> {
  const found = await readStatus(name);
  const title = deployTitle(name);
  const next = `pawl status ${name.target} shows how things stand.`;
  if (!found?.run.open) throw new ClientError('NO_DEPLOY', `no deploy of ${title} is under way`, next);
  const { status } = found;
  if (!status) throw new ClientError('NO_ANSWER', `no worker answers for the deploy of ${title}`, next);
  const { state, approval, approving } = status;
  if (state !== 'waiting for approval')
    throw new ClientError('REFUSED', `${title} does not wait for an approval; its state is: ${state}`, next);
  if (approving?.toSign === undefined)
    throw new ClientError(
      'REFUSED',
      `the approval "${approval ?? ''}" of ${title} takes no signature`,
      `Say it without one: pawl approve ${name.target}`,
    );
  return approving.toSign;
}
