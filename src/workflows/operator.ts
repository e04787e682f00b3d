import { ApplicationFailure, condition, setHandler, type CancellationScope } from '@temporalio/workflow';
import type { Fault } from '../contract/deploy.js';
import * as messages from '../contract/messages.js';
import type { ApproveDecision, Decision, RetryDecision, SkipDecision, SupersedeDecision } from '../contract/messages.js';
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
 * The operators' verbs. Handlers only note what was decided; the story of the deploy acts on it, at its safe points.
 * Validators refuse what does not fit the state, in words for the one who asked.
 */
export class Operator {
  cancelled: Decision | undefined;
  readonly unrecorded: Unrecorded[] = [];
  private superseded: SupersedeDecision | undefined;
  private approved: Decision | undefined;
  private blocked: BlockedDecision | undefined;

  constructor(
    private readonly board: Board,
    work: CancellationScope,
  ) {
    const { target } = board;
    setHandler(messages.status, () => board.snapshot());
    setHandler(messages.work, (work) => board.works(work), { description: 'Who blocks whom. Sent by the worker.' });

    setHandler(
      messages.hold,
      (decision) => {
        board.holdRequested = true;
        this.note('hold', decision);
        return `${target} stops before its next migration. Go on with: pawl resume ${target}`;
      },
      {
        description: 'Stop before the next migration. Example: {"by":"ann","reason":"incident 42"}',
        validator: (decision: Decision) => {
          needs(decision);
          if (board.holdRequested) refuse(`${target} is held already`);
        },
      },
    );

    setHandler(
      messages.resume,
      (decision) => {
        board.holdRequested = false;
        this.note('resume', decision);
        return `${target} goes on`;
      },
      {
        description: 'Go on after a hold. Example: {"by":"ann"}',
        validator: (decision: Decision) => {
          needs(decision);
          if (!board.holdRequested) refuse(`${target} is not held; its state is: ${board.state}`);
        },
      },
    );

    setHandler(
      messages.retry,
      (decision) => {
        this.blocked = { verb: 'retry', decision };
        this.note('retry', decision, board.fault?.version);
        return `${target} tries again`;
      },
      {
        description: 'Try again what blocks. Example: {"by":"ann","lockTimeout":"10s"}',
        validator: (decision: RetryDecision) => {
          needs(decision, 'lockTimeout');
          this.needsBlocked();
          if (decision.lockTimeout !== undefined && !/^\d+(\.\d+)?(ms|s|m|h|d)$/.test(decision.lockTimeout)) {
            refuse(`lockTimeout: expected a duration such as 10s, found "${decision.lockTimeout}"`);
          }
        },
      },
    );

    setHandler(
      messages.skip,
      (decision) => {
        this.blocked = { verb: 'skip', decision };
        return `${target} counts ${decision.version} as applied and goes on`;
      },
      {
        description:
          'Count the blocked migration as applied without running it. Example: {"by":"ann","version":"107","reason":"done by hand"}',
        validator: (decision: SkipDecision) => {
          needs(decision, 'version');
          this.needsBlocked();
          if (!decision.reason) refuse('skip needs a reason: it goes into the audit');
          const version = board.fault?.version;
          if (version === undefined) refuse(`${target} is not blocked on a migration; retry or cancel`);
          if (decision.version !== version) refuse(`${target} is blocked on ${version}, not on ${decision.version}`);
        },
      },
    );

    setHandler(
      messages.approve,
      (decision) => {
        this.approved = decision;
        this.note('approve', decision);
        return `${board.approval ?? ''} is approved; ${target} goes on`;
      },
      {
        description: 'Let a deploy that waits for approval go on. Example: {"by":"ann"}',
        validator: (decision: ApproveDecision) => {
          needs(decision, 'name');
          if (board.approval === undefined) refuse(`${target} does not wait for an approval; its state is: ${board.state}`);
          if (decision.name !== undefined && decision.name !== board.approval)
            refuse(`${target} waits for the approval "${board.approval}", not "${decision.name}"`);
        },
      },
    );

    setHandler(
      messages.cancel,
      (decision) => {
        this.cancelled = decision;
        work.cancel();
        return `${target} is being cancelled: the running statement is stopped and rolled back`;
      },
      {
        description:
          'Stop now: the running statement is cancelled and rolled back. Example: {"by":"ann","reason":"wrong release"}',
        validator: (decision: Decision) => {
          needs(decision);
          if (this.cancelled) refuse(`${target} is being cancelled already`);
        },
      },
    );

    setHandler(
      messages.supersede,
      (decision) => {
        this.superseded = decision;
        return `${target} gives way to release ${decision.release}`;
      },
      {
        description: 'Give way to a newer release. Sent by pawl deploy.',
        validator: (decision: SupersedeDecision) => {
          needs(decision, 'release');
          if (!['blocked', 'held', 'waiting for approval'].includes(board.state))
            refuse(`${target} is ${board.state}; only a deploy that waits can be superseded`);
        },
      },
    );
  }

  /** Waits while a hold is on. @throws Superseded */
  async waitWhileHeld(): Promise<void> {
    if (this.board.holdRequested) {
      this.board.say('held: waiting for resume');
      this.board.become('held');
      await condition(() => !this.board.holdRequested || this.superseded !== undefined);
      this.giveWay();
      this.board.say('resumed');
    }
    this.board.become('running');
  }

  /** Waits until an operator decides about a fault. @throws Superseded */
  async decideOn(fault: Fault): Promise<BlockedDecision> {
    this.blocked = undefined;
    this.board.fault = fault;
    this.board.say(`blocked: ${fault.message}`);
    this.board.become('blocked');
    await condition(() => this.blocked !== undefined || this.superseded !== undefined);
    this.giveWay();
    const { verb, decision } = this.blocked!;
    this.board.say(`${verb} by ${decision.by}${decision.reason ? `: ${decision.reason}` : ''}`);
    this.board.fault = undefined;
    this.board.become('running');
    return this.blocked!;
  }

  /** Waits for a person. @throws Superseded */
  async waitForApproval(name: string): Promise<void> {
    this.approved = undefined;
    this.board.approval = name;
    this.board.say(`waiting for approval: ${name}`);
    this.board.become('waiting for approval');
    await condition(() => this.approved !== undefined || this.superseded !== undefined);
    this.giveWay();
    this.board.approval = undefined;
    this.board.say(`approved by ${this.approved!.by}`);
    this.board.become('running');
  }

  private giveWay(): void {
    if (this.superseded) throw new Superseded(this.superseded);
  }

  private note(verb: string, { by, reason }: Decision, version?: string): void {
    this.unrecorded.push({ verb, by, reason, version });
  }

  private needsBlocked(): void {
    if (this.board.state !== 'blocked' || this.blocked)
      refuse(`${this.board.target} is not blocked; its state is: ${this.board.state}`);
  }
}

/** An unknown key is refused: in the Web UI a letter gets lost easily, and with it the reason or the lockTimeout. */
function needs(decision: Decision, ...more: string[]): void {
  if (typeof decision?.by !== 'string' || decision.by === '') refuse('expected one JSON object with "by", such as {"by":"ann"}');
  const known = ['by', 'reason', ...more];
  const unknown = Object.keys(decision).find((key) => !known.includes(key));
  if (unknown !== undefined) refuse(`"${unknown}" is not known here; expected ${known.map((key) => `"${key}"`).join(', ')}`);
}

/** A plain Error would make the workflow task fail over and over. */
function refuse(message: string): never {
  throw ApplicationFailure.nonRetryable(message, 'Refused');
}
