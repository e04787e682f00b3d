import { upsertMemo, upsertSearchAttributes } from '@temporalio/workflow';
import { NAME } from '../contract/bounded.js';
import type { DeployStatus, Fault } from '../contract/deploy.js';
import { blockedOnKey, environmentKey, releaseKey, stateKey, targetKey } from '../contract/search-attributes.js';

/** Says whose deploy it is in the lists of Temporal, whichever client has started it. */
export function listDeploy(status: DeployStatus & { readonly turn: number }): void {
  const { target, environment, release, to, startedBy: by, state, turn, since } = status;
  upsertMemo({ digest: release.digest, label: release.label, by, turn, since, ...(to !== undefined && { to }) });
  upsertSearchAttributes([
    { key: targetKey, value: target },
    ...(environment === undefined ? [] : [{ key: environmentKey, value: environment }]),
    { key: releaseKey, value: release.label },
    { key: stateKey, value: state },
  ]);
}

/** Says in the lists how it stands, and what it is blocked on. */
export function listState(state: DeployStatus['state'], fault: Fault | undefined): void {
  const blockedOn = fault?.version ?? fault?.code ?? '';
  upsertSearchAttributes([
    { key: stateKey, value: state },
    { key: blockedOnKey, value: state === 'blocked' ? blockedOn.slice(0, NAME) : null },
  ]);
}
