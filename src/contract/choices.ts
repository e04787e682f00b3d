import type { Decision, VerbName } from './decision.js';
import { approvalText } from './approval.js';
import type { DeployStatus, Fault } from './deploy.js';

/** What a person can do about a deploy now: by a command, and where it is an update of the workflow, by its data in the Web UI. */
export interface Choice {
  readonly command: string;
  /** What it does, without a full stop. */
  readonly effect: string;
  readonly verb?: VerbName;
  readonly data?: Decision & Readonly<Record<string, string>>;
}

/** What can be decided in the state that a deploy is in, the likeliest first; empty where nothing can. */
export function choicesOf(status: DeployStatus): Choice[] {
  const { target, state, fault, approval, approving, startedBy, holdRequested, backfill } = status;
  const cancel = choice('cancel', target, 'end the deploy; what is committed stays', { by: 'ann', reason: 'why' });
  switch (state) {
    case 'blocked':
      return [
        ...likeliest(
          fault,
          { command: `pawl deploy ${target}`, effect: 'deploy a corrected release; it takes over from here' },
          fault?.code === 'LOCK_TIMEOUT'
            ? choice('retry', target, 'try again, and wait so long for locks from now on', { by: 'ann', lockTimeout: '10s' })
            : choice('retry', target, 'try again, when the cause lay outside the files', { by: 'ann' }),
        ),
        ...(fault?.version === undefined
          ? []
          : [
              choice('skip', target, 'continue without this migration, for good', {
                by: 'ann',
                version: fault.version,
                reason: 'why',
              }),
            ]),
        cancel,
      ];
    case 'waiting for approval':
      return [
        choice('approve', target, `approve "${approval ?? ''}"${missing(approvalText(approving, startedBy))}`, {
          by: 'ann',
          ...(approving?.toSign !== undefined && { signature: 'U1NIU0lH...' }),
        }),
        cancel,
      ];
    case 'held':
      return [choice('resume', target, 'continue with the next migration', { by: 'ann' }), cancel];
    case 'starting':
    case 'running':
      return [
        holdRequested
          ? choice('resume', target, 'continue with the next migration', { by: 'ann' })
          : choice(
              'hold',
              target,
              backfill === undefined ? 'stop before the next migration' : 'stop the backfill; what is done stays',
              {
                by: 'ann',
                reason: 'why',
              },
            ),
        ...(backfill === undefined
          ? []
          : [
              {
                verb: 'speed' as const,
                effect: 'another pace for the backfill: how long a batch takes, and the rest after it as a share of that',
                data: { by: 'ann', batch: '100ms', pace: '1' },
                command: `pawl backfill speed ${target} --batch 100ms --pace 1`,
              },
            ]),
        cancel,
      ];
    case 'failed':
    case 'refused':
      return [{ command: `pawl deploy ${target}`, effect: 'deploy again, when the cause is gone' }];
    case 'cancelled':
    case 'terminated':
    case 'timed out':
      return [{ command: `pawl deploy ${target}`, effect: 'continue where it stopped' }];
    case 'done':
    case 'superseded':
      return [];
  }
}

/** SQLSTATEs that no correction of a file cures: rights, locks, what the server lacks, an operator's hand, the system. */
const OUTSIDE = /^(42501|08|53|55|57|58)/;

function likeliest(fault: Fault | undefined, deploy: Choice, retry: Choice): Choice[] {
  const outside = fault?.code === 'LOCK_TIMEOUT' || OUTSIDE.test(fault?.sqlstate ?? '');
  return outside ? [retry, deploy] : [deploy, retry];
}

/** An approval with a rule need not be the last one. */
function missing(approvals: string): string {
  return approvals === '' ? ' and continue' : ` (${approvals})`;
}

function choice(verb: VerbName, target: string, effect: string, data: Choice['data'] & object): Choice {
  const { version, lockTimeout, reason, signature } = data;
  const options = [
    version,
    lockTimeout === undefined ? undefined : `--lock-timeout ${lockTimeout}`,
    signature === undefined ? undefined : '--sign ~/.ssh/id_ed25519',
    reason === undefined ? undefined : '--reason "..."',
  ];
  return { verb, effect, data, command: ['pawl', verb, target, ...options.filter((option) => option !== undefined)].join(' ') };
}
