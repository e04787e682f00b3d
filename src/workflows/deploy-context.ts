import { continueAsNew, isCancellation, workflowInfo } from '@temporalio/workflow';
import type { DeployActivities, Ownership } from '../contract/activities.js';
import type { DeployInput, Fault } from '../contract/deploy.js';
import { run } from './activities.js';
import type { Board } from './board.js';
import { faultOf, isOutcomeUnknown } from './fault.js';
import type { Operator } from './operator.js';

/** Ends the deploy as failed; the fault says why. */
export class DeployFailed extends Error {
  constructor(
    readonly kind: 'Refused' | 'DeployFailed',
    readonly fault: Fault,
  ) {
    super(fault.message);
  }
}

type StageActivity = 'apply' | 'assertConstraints' | 'assertFiles' | 'execute' | 'signal';

/** History events after which the deploy continues as new, well below the server's warning at 10,240. */
const LONG_HISTORY = 3_000;
/** Migrations listed per stage in what stands in the history: what is carried over, and the last words of a deploy. */
export const CARRIED = 50;

/** A deploy under way: its ownership of the target, and what every stage needs. */
export class Deploy {
  position = 0;
  lockTimeout: string | undefined;
  epoch = 0;

  constructor(
    readonly input: DeployInput,
    readonly board: Board,
    readonly operator: Operator,
  ) {
    this.lockTimeout = input.resumed?.lockTimeout;
  }

  get deployId(): string {
    return workflowInfo().firstExecutionRunId;
  }

  get ownership(): Ownership {
    return { target: this.input.target, deployId: this.deployId, epoch: this.epoch };
  }

  /** Runs an activity that works on a stage. */
  run<N extends StageActivity>(
    name: N,
    id: string,
    summary: string,
    request: Omit<Parameters<DeployActivities[N]>[0], keyof Ownership>,
  ): ReturnType<DeployActivities[N]> {
    return run(name, id, summary, { ...this.ownership, ...request });
  }

  /** Between two pieces of work: nothing is half done here, so this is where a hold holds and a long history starts anew. */
  async safePoint(stage: number): Promise<void> {
    await this.recordDecisions();
    await this.operator.waitWhileHeld();
    await this.recordDecisions();
    const { historyLength, continueAsNewSuggested } = workflowInfo();
    if (historyLength > LONG_HISTORY || continueAsNewSuggested) {
      await continueAsNew({
        ...this.input,
        resumed: { stage, lockTimeout: this.lockTimeout, status: this.board.snapshot(CARRIED) },
      });
    }
  }

  /**
   * Runs work until it succeeds or an operator decides otherwise.
   * @returns undefined when its migration was skipped
   */
  async guarded<T>(stage: number, work: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (isCancellation(error)) throw error;
        const fault = faultOf(error);
        this.board.works(undefined);
        if (fault.code === 'LEASE_FENCED') throw new DeployFailed('DeployFailed', fault);
        if (isOutcomeUnknown(error, fault)) await this.#fenceOff();
        if (this.input.onFailure === 'abort') throw new DeployFailed('DeployFailed', fault);
        if ((await this.#decide(stage, fault)) === 'skipped') return undefined;
      } finally {
        this.board.works(undefined);
      }
    }
  }

  /** Puts what operators decided into the audit. */
  async recordDecisions(): Promise<void> {
    for (let decision = this.operator.unrecorded.shift(); decision; decision = this.operator.unrecorded.shift()) {
      await run('decide', `record-${decision.verb}`, `record: ${decision.verb} by ${decision.by}`, {
        ...this.ownership,
        ...decision,
      });
    }
  }

  async #decide(stage: number, fault: Fault): Promise<'again' | 'skipped'> {
    const { board } = this;
    const failing = board.stages[stage]!.migrations.find(({ version }) => version === fault.version);
    if (failing) board.blockedAt(stage, failing);
    board.stage(stage, 'blocked');
    const { verb, decision } = await this.operator.decideOn(fault);
    board.stage(stage, 'running');
    await this.recordDecisions();
    if (verb === 'retry') {
      this.lockTimeout = decision.lockTimeout ?? this.lockTimeout;
      return 'again';
    }
    const { version, by, reason } = decision;
    const answer = await run('skip', `skip-${version}`, `skip ${version}`, { ...this.ownership, version, by, reason });
    this.epoch = answer.epoch;
    board.setMigration(stage, { version, name: answer.name, state: answer.outcome });
    return 'skipped';
  }

  /** Moves the epoch on, under the lock: an attempt that may still be alive can commit nothing any more. */
  async #fenceOff(): Promise<void> {
    const { epoch } = await run('fence', 'fence', 'fence off an attempt without an answer', this.ownership);
    this.epoch = epoch;
  }
}
