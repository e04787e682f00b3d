import { ApplicationFailure, condition, setDefaultUpdateHandler, setHandler, type CancellationScope } from '@temporalio/workflow';
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
import type { Fault } from '../contract/deploy.js';
import * as messages from '../contract/messages.js';
import { formText, VERBS, type Situation } from '../contract/verbs.js';
import type { Board } from './board.js';

export type BlockedDecision =
  { readonly verb: 'retry'; readonly decision: RetryDecision } | { readonly verb: 'skip'; readonly decision: SkipDecision };

/** Ends the deploy at a safe point in favour of a newer release. */
export class Superseded extends Error {
  constructor(readonly decision: SupersedeDecision) {
    super(`superseded by release ${decision.release}`);
  }
}

/** What an operator has decided and the audit does not hold yet. */
export interface Unrecorded extends Decision {
  readonly verb: string;
  readonly version?: string | undefined;
}

/**
 * The operators' verbs as updates of the workflow. Handlers only note what was decided; the story of the deploy acts on it, at its safe
 * points. Validators refuse what does not fit the state, in words for the one who asked.
 */
export class Operator {
  cancelled: Decision | undefined;
  readonly unrecorded: Unrecorded[] = [];
  #superseded: SupersedeDecision | undefined;
  #approved: ApproveDecision | undefined;
  #blocked: BlockedDecision | undefined;

  /** What each verb does here. */
  readonly #decide: { readonly [V in VerbName]: (decision: Decisions[V]) => void } = {
    hold: (decision) => {
      this.#board.holdRequested = true;
      this.#note('hold', decision);
    },
    resume: (decision) => {
      this.#board.holdRequested = false;
      this.#note('resume', decision);
    },
    retry: (decision) => {
      this.#blocked = { verb: 'retry', decision };
      this.#note('retry', decision, this.#board.fault?.version);
    },
    skip: (decision) => {
      this.#blocked = { verb: 'skip', decision };
    },
    approve: (decision) => {
      this.#approved = decision;
      this.#note('approve', decision);
    },
    cancel: (decision) => {
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
    setHandler(messages.work, (work) => board.works(work), { description: 'Who blocks whom. Sent by the worker.' });
    for (const verb of Object.keys(VERBS) as VerbName[]) this.#listen(verb);
    // Not by a handler of its own, which the Web UI would offer to people.
    setDefaultUpdateHandler((name, decision) => this.#giveWayTo(name, decision as SupersedeDecision));
  }

  /** Waits while a hold is on. @throws Superseded */
  async waitWhileHeld(): Promise<void> {
    if (this.#board.holdRequested) {
      this.#board.say('held: waiting for resume');
      this.#board.become('held');
      await condition(() => !this.#board.holdRequested || this.#superseded !== undefined);
      this.#giveWay();
      this.#board.say('resumed');
    }
    this.#board.become('running');
  }

  /** Waits until an operator decides about a fault. @throws Superseded */
  async decideOn(fault: Fault): Promise<BlockedDecision> {
    this.#blocked = undefined;
    this.#board.fault = fault;
    this.#board.say(`blocked: ${fault.message}`);
    this.#board.become('blocked');
    await condition(() => this.#blocked !== undefined || this.#superseded !== undefined);
    this.#giveWay();
    const { verb, decision } = this.#blocked!;
    this.#board.say(`${verb} by ${decision.by}${decision.reason ? `: ${decision.reason}` : ''}`);
    this.#board.fault = undefined;
    this.#board.become('running');
    return this.#blocked!;
  }

  /** Waits for a person. @throws Superseded */
  async waitForApproval(name: string): Promise<void> {
    this.#approved = undefined;
    this.#board.approval = name;
    this.#board.say(`waiting for approval: ${name}`);
    this.#board.become('waiting for approval');
    await condition(() => this.#approved !== undefined || this.#superseded !== undefined);
    this.#giveWay();
    this.#board.approval = undefined;
    this.#board.say(`approved by ${this.#approved!.by}`);
    this.#board.become('running');
  }

  #listen<V extends VerbName>(verb: V): void {
    const { takes, refusal, answer } = VERBS[verb];
    const handle = (decision: Decisions[V]): string => {
      const sentence = answer(this.#situation, decision);
      this.#decide[verb](decision);
      return sentence;
    };
    setHandler(messages[verb] as never, handle as never, {
      description: formText(verb, this.#situation),
      validator: (decision: Decisions[V]) => {
        const fault = malformed(decision, takes) ?? tooLate(decision) ?? refusal(this.#situation, decision);
        if (fault !== undefined) refuse(fault);
      },
    });
  }

  get #situation(): Situation {
    const { target, state, holdRequested, approval, fault } = this.#board;
    const decided = state === 'blocked' ? this.#blocked !== undefined : this.#approved !== undefined;
    return { target, state, holdRequested, approval, fault, decided, cancelRequested: this.cancelled !== undefined };
  }

  #giveWayTo(name: string, decision: SupersedeDecision): string {
    if (name !== messages.supersede.name)
      refuse(`"${name}" is not known here; expected one of: ${Object.keys(VERBS).join(', ')}`);
    const { target, state } = this.#board;
    const fault = malformed(decision, ['release']) ?? (decision.release ? tooLate(decision) : '"release": expected text');
    if (fault !== undefined) refuse(fault);
    if (!['blocked', 'held', 'waiting for approval'].includes(state))
      refuse(`${target} is ${state}; only a deploy that waits can be superseded`);
    this.#superseded = decision;
    return `${target} gives way to release ${decision.release}`;
  }

  #giveWay(): void {
    if (this.#superseded) throw new Superseded(this.#superseded);
  }

  #note(verb: string, { by, reason }: Decision, version?: string): void {
    this.unrecorded.push({ verb, by, reason, version });
  }
}

function tooLate({ until }: Decision): string | undefined {
  const now = new Date();
  return until === undefined || Date.parse(until) >= now.getTime()
    ? undefined
    : `this was to be decided until ${until}; here it is ${now.toISOString()}`;
}

/** A plain Error would make the workflow task fail over and over; a stack would stand under the sentence in the Web UI. */
function refuse(message: string): never {
  const failure = ApplicationFailure.nonRetryable(message, 'Refused');
  failure.stack = '';
  throw failure;
}
