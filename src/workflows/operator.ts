import { setDefaultUpdateHandler, setHandler, workflowInfo, type CancellationScope } from '@temporalio/workflow';
import type {
  ApproveDecision,
  Decision,
  Decisions,
  RetryDecision,
  SkipDecision,
  SupersedeDecision,
  VerbName,
} from '../contract/decision.js';
import { malformed } from '../contract/decision.js';
import type { BackfillPace, Unrecorded } from '../contract/deploy.js';
import { approvalText } from '../contract/approval.js';
import { milliseconds } from '../text/duration.js';
import * as messages from '../contract/messages.js';
import { formText, takesNone, VERBS, type Situation } from '../contract/verbs.js';
import type { Board } from './board.js';
import { refuse, refuseVoid } from './refuse.js';

export type BlockedDecision =
  { readonly verb: 'retry'; readonly decision: RetryDecision } | { readonly verb: 'skip'; readonly decision: SkipDecision };

/** History events at which a running deploy takes no hold any more: it cannot continue as new before its next safe point. */
const BUSY_HISTORY = 3_000;

/** Ends the deploy at a safe point in favour of a newer release. */
export class Superseded extends Error {
  constructor(readonly decision: SupersedeDecision) {
    super(`superseded by release ${decision.release}`);
  }
}

/**
 * The operators' verbs as updates of the workflow. Handlers only note what was decided; the story of the deploy acts on it, at its safe
 * points. Validators refuse what does not fit the state, in words for the one who asked.
 */
export class Operator {
  cancelled: Decision | undefined;
  readonly unrecorded: Unrecorded[] = [];
  superseded: SupersedeDecision | undefined;
  approved: ApproveDecision | undefined;
  blocked: BlockedDecision | undefined;
  /** Stops the backfill that runs, between two of its batches or within one; it goes on where it was. */
  interrupt: (() => void) | undefined;
  /** Who gave up on the last words. */
  letGo: Decision | undefined;
  /** What the deploy has come to, once no stage is left to run. */
  closing: Situation['closing'];

  /** What each verb does here. */
  readonly #decide: { readonly [V in VerbName]: (decision: Decisions[V]) => void } = {
    hold: (decision) => {
      this.#board.holdRequested = true;
      this.#note('hold', decision);
      this.interrupt?.();
    },
    resume: (decision) => {
      this.#board.holdRequested = false;
      this.#note('resume', decision);
    },
    retry: (decision) => {
      this.blocked = { verb: 'retry', decision };
      this.#note('retry', decision, this.#board.fault?.version);
    },
    skip: (decision) => {
      this.blocked = { verb: 'skip', decision };
    },
    approve: (decision) => {
      const { approving } = this.#board;
      const given = [...(approving?.given ?? []), { by: decision.by, at: new Date().toISOString() }];
      if (approving) this.#board.approving = { ...approving, given };
      if (!approving || given.length >= approving.of) this.approved = decision;
      else this.#board.say(`approved by ${decision.by}: ${approvalText(this.#board.approving, this.#board.startedBy)}`);
      this.#note('approve', decision);
    },
    speed: ({ batch, pace, ...decision }) => {
      const asked = {
        batch: batch === undefined ? undefined : Math.round(milliseconds(batch)),
        pace: pace === undefined ? undefined : Number(pace),
      };
      this.#note('speed', decision, this.#board.backfill, asked);
      this.interrupt?.();
    },
    cancel: (decision) => {
      if (this.closing === 'unrecorded') {
        this.letGo = decision;
        return;
      }
      this.cancelled = decision;
      this.#work.cancel();
    },
  };

  readonly #board: Board;
  readonly #work: CancellationScope;

  constructor(board: Board, work: CancellationScope) {
    this.#board = board;
    this.#work = work;
    setHandler(messages.status, () => board.snapshot());
    setHandler(messages.work, (work) => board.works(work), {
      description: 'Who blocks whom, and why attempts fail. Sent by the worker.',
    });
    for (const verb of Object.keys(VERBS) as VerbName[]) this.#listen(verb);
    // Not by a handler of its own, which the Web UI would offer to people.
    setDefaultUpdateHandler((name, decision) => this.#giveWayTo(name, decision as SupersedeDecision));
  }

  #listen<V extends VerbName>(verb: V): void {
    const { takes, refusal, answer } = VERBS[verb];
    const handle = (decision: Decisions[V]): string => {
      const sentence = answer(this.#situation, decision);
      this.#decide[verb](decision);
      this.#board.turned();
      return sentence;
    };
    setHandler(messages[verb] as never, handle as never, {
      description: formText(verb, this.#situation),
      validator: (decision: Decisions[V]) => {
        const fault = malformed(decision, takes);
        if (fault !== undefined) refuse(fault);
        refuseVoid(decision);
        const misfit = takesNone(this.#situation, verb) ?? refusal(this.#situation, decision);
        if (misfit !== undefined) refuse(misfit);
      },
    });
  }

  get #situation(): Situation {
    const { target, state, holdRequested, approval, approving, startedBy, fault, backfill } = this.#board;
    const decided = state === 'blocked' ? this.blocked !== undefined : this.approved !== undefined;
    const cancelRequested = this.cancelled !== undefined;
    const givesWayTo = this.superseded?.release;
    const busy = state === 'running' && workflowInfo().historyLength > BUSY_HISTORY;
    return {
      target,
      state,
      holdRequested,
      approval,
      approving,
      startedBy,
      fault,
      backfill,
      decided,
      cancelRequested,
      givesWayTo,
      closing: this.closing,
      busy,
    };
  }

  #giveWayTo(name: string, decision: SupersedeDecision): string {
    if (name !== messages.supersede.name)
      refuse(`"${name}" is not known here; expected one of: ${Object.keys(VERBS).join(', ')}`);
    const { target, state } = this.#board;
    const fault = malformed(decision, ['release']) ?? (decision.release ? undefined : '"release": expected text');
    if (fault !== undefined) refuse(fault);
    refuseVoid(decision);
    const ends = this.closing === 'ending' || this.closing === 'unrecorded' || this.cancelled !== undefined;
    const waits = this.interrupt !== undefined || ['blocked', 'held', 'waiting for approval'].includes(state);
    if (ends || !waits) refuse(`${target} is ${state}; only a deploy that waits can be superseded`);
    this.superseded = decision;
    this.interrupt?.();
    return `${target} gives way to release ${decision.release}`;
  }

  /** @throws Superseded */
  giveWay(): void {
    if (this.superseded) throw new Superseded(this.superseded);
  }

  #note(verb: VerbName, { by, reason }: Decision, version?: string, pace?: BackfillPace): void {
    this.unrecorded.push({ key: `${verb}-${this.#board.turn}`, verb, by, reason, version, ...(pace && { pace }) });
  }
}
