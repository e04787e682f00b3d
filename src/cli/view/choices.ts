import type { DeployStatus } from '../../contract/deploy.js';

/** A command that a person can type now, and what it does. */
export interface Choice {
  readonly command: string;
  readonly effect: string;
}

/** What can be decided in the state that a deploy is in; empty where nothing has to be decided. */
export function choices({ state, target, fault, approval }: DeployStatus): Choice[] {
  const cancel = { command: `pawl cancel ${target}`, effect: 'end the deploy; what is committed stays' };
  switch (state) {
    case 'blocked':
      return [
        { command: `pawl deploy ${target}`, effect: 'deploy a corrected release; it takes over from here' },
        fault?.code === 'LOCK_TIMEOUT'
          ? { command: `pawl retry ${target} --lock-timeout 10s`, effect: 'try again, and wait so long for locks from now on' }
          : { command: `pawl retry ${target}`, effect: 'try again, when the cause lay outside the files' },
        ...(fault?.version === undefined
          ? []
          : [
              {
                command: `pawl skip ${target} ${fault.version} --reason "..."`,
                effect: 'go on without this migration, for good',
              },
            ]),
        cancel,
      ];
    case 'held':
      return [{ command: `pawl resume ${target}`, effect: 'go on with the next migration' }, cancel];
    case 'waiting for approval':
      return [{ command: `pawl approve ${target}`, effect: `approve "${approval ?? ''}" and go on` }, cancel];
    case 'failed':
    case 'refused':
      return [{ command: `pawl deploy ${target}`, effect: 'deploy again, when the cause is gone' }];
    case 'cancelled':
      return [{ command: `pawl deploy ${target}`, effect: 'go on where it stopped' }];
    case 'starting':
    case 'running':
    case 'done':
    case 'superseded':
      return [];
  }
}
