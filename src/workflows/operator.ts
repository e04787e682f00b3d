import { isCancellation, setDefaultUpdateHandler, setHandler, workflowInfo, type CancellationScope } from '@temporalio/workflow';
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
import type { Unrecorded } from '../contract/deploy.js';
import type { SignedBy } from '../contract/signed-approval.js';
import { approvalText } from '../contract/approval.js';
import { milliseconds } from '../text/duration.js';
import * as messages from '../contract/messages.js';
import { formText, takesNone, VERBS, type Situation } from '../contract/verbs.js';
import { proveSignature } from './approval.js';
import type { Board } from './board.js';
import { faultOf } from './fault.js';
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
  /** The stage that the deploy is at. */
  stage = (): number => 0;
  /** What the deploy has come to, once no stage is left to run. */
  closing: Situation['closing'];

  /** What each verb does here. */
  readonly #decide: { readonly [V in VerbName]: (decision: Decisions[V], signed?: SignedBy) => void } = {
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
      this.#note('retry', decision, { version: this.#board.fault?.version });
    },
    skip: (decision) => {
      this.blocked = { verb: 'skip', decision };
    },
    approve: (decision, signed) => {
      const { approving } = this.#board;
      const one = { by: decision.by, at: new Date().toISOString(), ...(signed && { key: signed.key }) };
      const given = [...(approving?.given ?? []), one];
      if (approving) this.#board.approving = { ...approving, given };
      if (!approving || given.length >= approving.of) this.approved = decision;
      else this.#board.say(`approved by ${decision.by}: ${approvalText(this.#board.approving, this.#board.startedBy)}`);
      this.#note('approve', decision, signed && { signed });
    },
    speed: ({ batch, pace, ...decision }) => {
      const asked = {
        batch: batch === undefined ? undefined : Math.round(milliseconds(batch)),
        pace: pace === undefined ? undefined : Number(pace),
      };
      this.#note('speed', decision, { version: this.#board.backfill, pace: asked });
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

  /** Signatures that are looked at just now, and that were looked at. */
  #proving = 0;
  #proofs = 0;
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
    const refuseUnfit = (decision: Decisions[V], key?: string): void => {
      refuseVoid(decision);
      const misfit = takesNone(this.#situation, verb) ?? refusal(this.#situation, decision, key);
      if (misfit !== undefined) refuse(misfit);
    };
    const carryOut = (decision: Decisions[V], signed?: SignedBy): string => {
      const sentence = answer(this.#situation, decision);
      this.#decide[verb](decision, signed);
      this.#board.turned();
      return sentence;
    };
    const handle = (decision: Decisions[V]): string | Promise<string> => {
      const line = verb === 'approve' ? this.#board.approving?.toSign : undefined;
      if (line === undefined) return carryOut(decision);
      return this.#proven(decision, line).then((signed) => {
        // Meanwhile it may have become another question, or somebody else's key may have turned out to be the same.
        refuseUnfit(decision, signed.key);
        const { approving, approval = '', target } = this.#board;
        if (approving?.toSign !== line) refuse(`${target} waits for another approval than was signed by now: "${approval}"`);
        return carryOut(decision, signed);
      });
    };
    setHandler(messages[verb] as never, handle as never, {
      description: formText(verb, this.#situation),
      validator: (decision: Decisions[V]) => {
        const fault = malformed(decision, takes);
        if (fault !== undefined) refuse(fault);
        refuseUnfit(decision);
        if (verb === 'approve') this.#refuseUnsigned(decision);
      },
    });
  }

  #refuseUnsigned({ signature }: ApproveDecision): void {
    const { approving, approval, target } = this.#board;
    if (approving?.toSign === undefined || signature !== undefined) return;
    const next = `Sign it: pawl approve ${target} --sign ~/.ssh/id_ed25519. The page of the deploy has the line to sign.`;
    refuse(`the approval "${approval ?? ''}" has to be signed`, 'SIGNATURE_MISSING', [next]);
  }

  async #proven(decision: ApproveDecision, line: string): Promise<SignedBy> {
    this.#proving += 1;
    try {
      this.#proofs += 1;
      return await proveSignature(this.#board, this.stage(), this.#proofs, decision, line);
    } catch (error) {
      if (isCancellation(error)) refuse('the deploy was cancelled meanwhile');
      const { code, message, next } = faultOf(error);
      if (code === 'OUTCOME_UNKNOWN') refuse('no worker has looked at the signature in time; say it again');
      refuse(message, code, [next]);
    } finally {
      this.#proving -= 1;
    }
  }

  /** No signature is being looked at, so that the run may end. */
  get idle(): boolean {
    return this.#proving === 0;
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

  #note(verb: VerbName, { by, reason }: Decision, more: Pick<Unrecorded, 'version' | 'pace' | 'signed'> = {}): void {
    this.unrecorded.push({ key: `${verb}-${this.#board.turn}`, verb, by, reason, ...more });
  }
}
