import type { Decision, Decisions, VerbName } from './decision.js';
import { approvalText, approverFault } from './approval.js';
import type { DeployStatus } from './deploy.js';

/** What a verb looks at to see whether it fits. */
export type Situation = Pick<
  DeployStatus,
  'target' | 'state' | 'holdRequested' | 'approval' | 'approving' | 'startedBy' | 'fault' | 'backfill'
> & {
  /** A decision about what is waited for has been taken, and is about to be carried out. */
  readonly decided?: boolean;
  readonly cancelRequested?: boolean;
  /** The newer release that it ends in favour of. */
  readonly givesWayTo?: string | undefined;
  /** What the deploy has come to, once no stage is left to run: `unrecorded` where it is blocked on recording its outcome. */
  readonly closing?: 'verifying' | 'ending' | 'unrecorded' | undefined;
  /** Its history has grown so long that it takes no more decisions which can wait until its next step. */
  readonly busy?: boolean;
};

/** A verb of the operator: the update of the workflow, the form in the Web UI, the command and the page are made from it. */
export interface Verb<D extends Decision> {
  /** What it does, without a full stop: help of the command, and with the example the form in the Web UI. */
  readonly description: string;
  /** Keys that it takes beside `by`, `reason` and `until`. */
  readonly takes: readonly (keyof D & string)[];
  /** What a person may send now. */
  readonly example: (situation: Situation) => D;
  /** Why it does not fit now, in words for the one who asked; undefined when it does. The key is that which has signed it, once that is proved. */
  readonly refusal: (situation: Situation, decision: D, key?: string) => string | undefined;
  /** What happens now. */
  readonly answer: (situation: Situation, decision: D) => string;
}

/** All verbs. Nothing else says what a verb is called, takes, or answers. */
export const VERBS: { readonly [V in VerbName]: Verb<Decisions[V]> } = {
  hold: {
    description: 'stop the deploy before its next migration',
    takes: [],
    example: () => ({ by: 'ann', reason: 'incident 42' }),
    refusal: ({ target, holdRequested, closing, busy }) => {
      if (closing === 'verifying')
        return `${target} has done every stage and verifies the result; nothing is left to stop before`;
      if (busy) return `${target} was held and resumed too often in this step; pawl cancel ${target} stops it`;
      return holdRequested ? `${target} is held already` : undefined;
    },
    answer: ({ target }) => `${target} stops before its next step. Go on with: pawl resume ${target}`,
  },
  resume: {
    description: 'let a held deploy continue',
    takes: [],
    example: () => ({ by: 'ann' }),
    refusal: ({ target, holdRequested, state }) => (holdRequested ? undefined : `${target} is not held; its state is: ${state}`),
    answer: ({ target }) => `${target} continues`,
  },
  retry: {
    description: 'try the step again that blocks the deploy',
    takes: ['lockTimeout'],
    example: () => ({ by: 'ann', lockTimeout: '10s' }),
    refusal: notBlocked,
    answer: ({ target }) => `${target} tries again`,
  },
  skip: {
    description: 'continue without the migration that blocks the deploy, for good; needs a reason',
    takes: ['version'],
    example: ({ fault }) => ({ by: 'ann', version: fault?.version ?? '<the one that blocks>', reason: 'done by hand' }),
    refusal: (situation, { version, reason }) =>
      notBlocked(situation) ??
      (reason ? undefined : 'skip needs a reason: it goes into the audit') ??
      notBlockedOn(situation, version),
    answer: ({ target }, { version }) => `${target} counts ${version} as applied and continues`,
  },
  approve: {
    description: 'give the approval that the deploy waits for',
    takes: ['name', 'signature'],
    example: ({ approving }) => ({ by: 'ann', ...(approving?.toSign !== undefined && { signature: 'U1NIU0lH...' }) }),
    refusal: ({ target, approval, approving, startedBy, state, decided }, { name, by, signature }, key) => {
      if (approval === undefined || decided) return `${target} does not wait for an approval; its state is: ${state}`;
      if (name !== undefined && name !== approval) return `${target} waits for the approval "${approval}", not "${name}"`;
      if (signature !== undefined && approving?.toSign === undefined)
        return `the approval "${approval}" takes no signature; say it without one`;
      return approving && approverFault(approving, by, startedBy, key);
    },
    answer: ({ target, approval, approving, startedBy }, { by }) => {
      const given = approving && { ...approving, given: [...approving.given, { by, at: '' }] };
      if (!given || given.given.length >= given.of) return `${approval ?? ''} is approved; ${target} continues`;
      return `${approval ?? ''} is approved by ${by}; ${target} waits: ${approvalText(given, startedBy)}`;
    },
  },
  cancel: {
    description: 'end the deploy where it is; what is committed stays',
    takes: [],
    example: () => ({ by: 'ann', reason: 'wrong release' }),
    refusal: () => undefined,
    answer: ({ target, closing }) =>
      closing === 'unrecorded'
        ? `${target} ends without recording its outcome; its next deploy takes the lease over`
        : `${target} is being cancelled: what runs is stopped and rolled back`,
  },
  speed: {
    description: 'change the pace of the backfill that runs',
    takes: ['batch', 'pace'],
    example: () => ({ by: 'ann', batch: '100ms', pace: '1' }),
    refusal: ({ target, backfill, state }, { batch, pace }) => {
      if (backfill === undefined) return `${target} works on no backfill; its state is: ${state}`;
      return batch === undefined && pace === undefined
        ? 'speed needs "batch", such as "100ms", or "pace", such as "0.5"'
        : undefined;
    },
    answer: ({ backfill }) => `the backfill ${backfill ?? ''} has this pace from its next batch on`,
  },
};

/** Why a deploy takes no decision at all, whatever it waited for before; undefined while it takes some. */
export function takesNone(
  { target, closing, cancelRequested = false, givesWayTo }: Situation,
  verb: VerbName,
): string | undefined {
  if (closing === 'ending') return `${target} is over: it records its outcome and gives the lease back`;
  if (closing === 'unrecorded')
    return verb === 'retry' || verb === 'cancel'
      ? undefined
      : `${target} is over and cannot record its outcome: retry, or cancel`;
  if (givesWayTo !== undefined) return `${target} ends already: it gives way to release ${givesWayTo}`;
  return cancelRequested ? `${target} is being cancelled already` : undefined;
}

/** The verb for the form of an update in the Web UI. */
export function formText(verb: VerbName, situation: Situation): string {
  const { description, example } = VERBS[verb];
  return `${description[0]!.toUpperCase()}${description.slice(1)}. Example: ${JSON.stringify(example(situation))}`;
}

function notBlocked({ target, state, decided }: Situation): string | undefined {
  return state === 'blocked' && !decided ? undefined : `${target} is not blocked; its state is: ${state}`;
}

function notBlockedOn({ target, fault }: Situation, version: string): string | undefined {
  if (fault?.version === undefined) return `${target} is not blocked on a migration; retry or cancel`;
  return fault.version === version ? undefined : `${target} is blocked on ${fault.version}, not on ${version}`;
}
