import {
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import type { DeployActivities, Ownership } from '../contract/activities.js';
import type { SkipDecision } from '../contract/decision.js';
import { approvalText, openApproval } from '../contract/approval.js';
import type { DeployInput, Ending, Fault, Resumed, StagePlan } from '../contract/deploy.js';
import { run } from './activities.js';
import { lineOf, notApproved } from './approval.js';
import type { Board } from './board.js';
import { toldOfDeploy } from './deploy-news.js';
import { DeployFailed, faultOf, isOutcomeUnknown } from './fault.js';
import { Notifier } from './notifier.js';
import type { Operator } from './operator.js';

type StageActivity = 'apply' | 'assertConstraints' | 'assertFiles' | 'execute' | 'signal';

/** History events after which the deploy continues as new: with what one activity may add it stays below 4,000. */
const LONG_HISTORY = 2_000;

/** A deploy under way: its ownership of the target, and the one way in which its work is done. */
export class Deploy {
  readonly deployId = workflowInfo().firstExecutionRunId;
  stage = 0;
  /** Which dependent of a `signal` stage is next. */
  dependent = 0;
  position = 0;
  epoch = 0;
  /** `begin` has been asked for and has not answered: the lease may be taken. */
  beginning = false;
  /** Set when nothing is left but to say how it ended. */
  ending: Ending | undefined;
  lockTimeout: string | undefined;
  readonly notifier: Notifier;
  #mustFence = false;
  #skipping: SkipDecision | undefined;
  /** What an earlier run was blocked on, so that this one goes on waiting instead of trying again. */
  #open: Fault | undefined;

  constructor(
    readonly input: DeployInput,
    readonly board: Board,
    readonly operator: Operator,
  ) {
    const { resumed } = input;
    this.notifier = new Notifier(toldOfDeploy(board), this.deployId, resumed?.notified);
    operator.stage = () => this.stage;
    if (!resumed) return;
    this.notifier.plans = resumed.notify ?? [];
    this.stage = resumed.stage;
    this.dependent = resumed.dependent;
    this.position = resumed.position;
    this.epoch = resumed.epoch;
    this.ending = resumed.ending;
    this.lockTimeout = resumed.lockTimeout;
    this.#mustFence = resumed.mustFence ?? false;
    this.#skipping = resumed.skipping;
    this.#open = resumed.status.state === 'blocked' ? resumed.status.fault : undefined;
    operator.unrecorded.push(...(resumed.unrecorded ?? []));
  }

  get ownership(): Ownership {
    const { database } = this.board;
    return {
      target: this.input.target,
      ...(this.input.to !== undefined && { to: this.input.to }),
      deployId: this.deployId,
      epoch: this.epoch,
      database: database && { label: database.label, ledger: database.ledger },
    };
  }

  /** Runs an activity that works on the stage. */
  run<N extends StageActivity>(
    name: N,
    id: string,
    summary: string,
    request: Omit<Parameters<DeployActivities[N]>[0], keyof Ownership | 'stage'>,
  ): ReturnType<DeployActivities[N]> {
    const whole = { ...this.ownership, ...request, stage: this.stage } as unknown as Parameters<DeployActivities[N]>[0];
    return run(name, id, summary, whole);
  }

  /** Between two pieces of work: nothing is half done here, so this is where a hold holds and a long history starts anew. */
  async safePoint(): Promise<void> {
    await this.guarded(() => Promise.resolve());
    await this.#waitWhileHeld();
    await this.guarded(() => Promise.resolve());
    if (isLong() && this.#idle) await this.#continue();
  }

  /**
   * The one way to an activity: runs work until it succeeds or an operator decides otherwise. Decisions that wait to be carried out or
   * recorded come first, by the same way.
   * @returns undefined when its migration was skipped
   * @throws DeployFailed
   */
  async guarded<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        if (this.#open) await this.#decide(this.#open);
        if ((await this.#settle()) === 'skipped') return undefined;
        return await work();
      } catch (error) {
        if (isCancellation(error)) throw error;
        const fault = faultOf(error);
        this.board.works(undefined);
        if (fault.code === 'LEASE_FENCED') throw new DeployFailed('failed', fault);
        if (isOutcomeUnknown(error, fault)) await this.#fenceOff();
        if (this.input.onFailure === 'abort') throw new DeployFailed('failed', fault);
        this.#open = fault;
      } finally {
        this.board.works(undefined);
      }
    }
  }

  /**
   * Runs a backfill so that a hold and a newer release are heard before its next batch, not at its end. What it has done is in the ledger;
   * that the interrupted attempt is over is made sure of before anything else is done.
   */
  async interruptible<T>(work: () => Promise<T>): Promise<T | 'interrupted'> {
    const scope = new CancellationScope();
    this.operator.interrupt = () => scope.cancel();
    try {
      return await scope.run(work);
    } catch (error) {
      if (!scope.consideredCancelled || CancellationScope.current().consideredCancelled) throw error;
      this.#mustFence = true;
      return 'interrupted';
    } finally {
      this.operator.interrupt = undefined;
    }
  }

  /** Waits for a person, or for several. @throws Superseded; DeployFailed when nobody came in time */
  async waitForApproval({ name, approval: rule }: StagePlan): Promise<void> {
    const { board, operator } = this;
    // An earlier run may have waited for this very one: who has approved there has approved, and so has who did before this run came here.
    if (board.approval !== name) {
      operator.approved = undefined;
      board.approving = rule && openApproval(rule, Date.now(), lineOf(board, name, this.deployId));
    }
    const missing = approvalText(board.approving, board.startedBy);
    if (board.approval !== name || board.state !== 'waiting for approval')
      board.say(`waiting for approval: ${name}${missing && ` (${missing})`}`);
    board.approval = name;
    board.become('waiting for approval');
    const until = board.approving?.until;
    await this.#waitFor(() => operator.approved !== undefined, true, until === undefined ? undefined : Date.parse(until));
    if (!operator.approved) {
      const fault = notApproved(board, name);
      board.approval = undefined;
      board.approving = undefined;
      throw new DeployFailed('failed', fault);
    }
    const { by } = operator.approved;
    const given = board.approving?.given.map((approval) => approval.by) ?? [by];
    board.approval = undefined;
    board.approving = undefined;
    board.say(`approved by ${given.join(', ')}`);
    board.become('running');
    await this.guarded(() => Promise.resolve());
  }

  /** Waits until the last words can be written or somebody gives them up. @returns whether they are given up */
  async lastWordsFail(fault: Fault): Promise<boolean> {
    const { board, operator } = this;
    board.blame(fault);
    board.say(`blocked: ${fault.message}`);
    board.become('blocked');
    operator.blocked = undefined;
    await this.#waitFor(() => operator.blocked !== undefined || operator.letGo !== undefined, false);
    board.become('running');
    return operator.letGo !== undefined;
  }

  /** What is owed from before: fence an attempt whose outcome is unknown, put decisions into the audit, carry a skip out. */
  async #settle(): Promise<'skipped' | undefined> {
    const { operator, board } = this;
    if (this.#mustFence) await this.#fence();
    for (let [decision] = operator.unrecorded; decision; [decision] = operator.unrecorded) {
      const summary = `record: ${decision.verb} by ${decision.by}`;
      await run('decide', `record-${decision.key}`, summary, { ...this.ownership, ...decision });
      operator.unrecorded.shift();
    }
    const skip = this.#skipping;
    if (!skip) return undefined;
    const { version, by, reason } = skip;
    // It moves the epoch on before it writes.
    this.#mustFence = true;
    const answer = await run('skip', `skip-${version}`, `skip ${version}`, { ...this.ownership, version, by, reason });
    this.epoch = answer.epoch;
    this.position = Math.max(this.position, answer.position);
    this.#mustFence = false;
    this.#skipping = undefined;
    board.skipped(this.stage, version, answer);
    return 'skipped';
  }

  async #fence(): Promise<void> {
    this.#mustFence = true;
    this.epoch = (await run('fence', 'fence', 'fence off an attempt without an answer', this.ownership)).epoch;
    this.#mustFence = false;
  }

  /** Before a person is asked. Where it fails it is owed, and comes before whatever the person decides. @throws DeployFailed */
  async #fenceOff(): Promise<void> {
    try {
      await this.#fence();
    } catch (error) {
      if (isCancellation(error)) throw error;
      const fault = faultOf(error);
      if (fault.code === 'LEASE_FENCED') throw new DeployFailed('failed', fault);
    } finally {
      this.board.works(undefined);
    }
  }

  async #decide(fault: Fault): Promise<void> {
    const { board, operator, stage } = this;
    const failing = board.stages[stage]?.migrations.find(({ version }) => version === fault.version);
    if (failing) board.blockedAt(stage, failing);
    if (board.stages[stage]) board.stage(stage, 'blocked');
    // An earlier run may have waited for this very decision, which may be there before this run comes here.
    if (board.state !== 'blocked') {
      board.say(`blocked: ${fault.message}`);
      operator.blocked = undefined;
    }
    board.blame(fault);
    board.become('blocked');
    await this.#waitFor(() => operator.blocked !== undefined);
    const { verb, decision } = operator.blocked!;
    this.#open = undefined;
    board.say(`${verb} by ${decision.by}${decision.reason ? `: ${decision.reason}` : ''}`);
    board.fault = undefined;
    if (verb === 'skip') this.#skipping = decision;
    else this.lockTimeout = decision.lockTimeout ?? this.lockTimeout;
    board.become('running');
    if (board.stages[stage]) board.stage(stage, 'running');
  }

  async #waitWhileHeld(): Promise<void> {
    const { board } = this;
    if (board.holdRequested) {
      if (board.state !== 'held') board.say('held: waiting for resume');
      board.become('held');
      await this.#waitFor(() => !board.holdRequested);
      board.say('resumed');
    }
    board.become('running');
  }

  /**
   * Waits however long and for however many messages: a history that they have made long starts anew.
   * @param until milliseconds since 1970: then it returns although it is not done
   * @throws Superseded
   */
  async #waitFor(done: () => boolean, yielding = true, until?: number): Promise<void> {
    const superseded = (): boolean => yielding && this.operator.superseded !== undefined;
    const over = (): boolean => done() || superseded() || (isLong() && this.#idle);
    this.notifier.waits();
    const expired =
      until === undefined ? (await condition(over), false) : !(await condition(over, Math.max(until - Date.now(), 1)));
    // Who has signed in time has approved in time.
    if (expired) await condition(() => this.operator.idle);
    if (superseded()) this.operator.giveWay();
    if (!done() && !expired) await this.#continue();
  }

  /** Nothing is on its way that this run would have to answer for. */
  get #idle(): boolean {
    return this.notifier.idle && this.operator.idle;
  }

  async #continue(): Promise<void> {
    // A cancel that has come by now would be lost with this run.
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('cancelled before it continued as new');
    const { stage, dependent, epoch, position, lockTimeout, ending } = this;
    const resumed: Resumed = {
      ...{ stage, dependent, epoch, position, lockTimeout, ending },
      mustFence: this.#mustFence,
      unrecorded: this.operator.unrecorded,
      skipping: this.#skipping,
      ...(this.notifier.plans.length > 0 && { notify: this.notifier.plans, notified: this.notifier.notified }),
      status: { ...this.board.snapshot(), work: undefined },
    };
    await continueAsNew({ ...this.input, resumed });
  }
}

function isLong(): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return historyLength > LONG_HISTORY || continueAsNewSuggested;
}
