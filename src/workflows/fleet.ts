import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  condition,
  ContinueAsNew,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertMemo,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { Decision } from '../contract/decision.js';
import { badOf, type FleetInput, type FleetResult, type FleetState, type WaveSettings } from '../contract/fleet.js';
import { FleetBoard, summaryOf } from '../contract/fleet-board.js';
import * as messages from '../contract/fleet-messages.js';
import { environmentKey, releaseKey, stateKey, targetKey } from '../contract/search-attributes.js';
import { fleetDetails } from './fleet-details.js';
import { FleetOperator } from './fleet-operator.js';
import { activities, isLong, isStopped, runWave, type WaveWork } from './fleet-wave.js';

interface Wave {
  readonly settings: WaveSettings;
  readonly members: string[];
}

/**
 * One release to the members of a fleet, wave by wave. The ledgers of the members decide what is done; this workflow asks for them in chunks,
 * so that a rollout has fewer events than members. A member that fails for good gets a deploy of its own, which waits for a decision.
 */
export async function fleet(input: FleetInput): Promise<FleetResult> {
  const rollout = new Rollout(input);
  // A cancel by Temporal's own means is one by nobody in particular.
  CancellationScope.current().cancelRequested.catch(() => (rollout.operator.cancelled ??= { by: 'Temporal' }));
  return CancellationScope.nonCancellable(() => rollout.run());
}

class Rollout {
  readonly board: FleetBoard;
  readonly operator: FleetOperator;
  #approved: boolean;
  #turn = -1;

  constructor(readonly input: FleetInput) {
    this.board = new FleetBoard(input, () => new Date());
    this.operator = new FleetOperator(() => ({ fleet: input.fleet, state: this.board.state }));
    this.operator.held = input.resumed?.status.state === 'held';
    this.#approved = input.resumed?.approved ?? false;
    setHandler(messages.fleetStatus, () => this.board.snapshot());
    const { fleet, environment, release } = input;
    upsertMemo({ digest: release.digest, label: release.label, by: input.by });
    upsertSearchAttributes([
      { key: targetKey, value: fleet },
      ...(environment === undefined ? [] : [{ key: environmentKey, value: environment }]),
      { key: releaseKey, value: release.label },
    ]);
    this.#draw();
  }

  async run(): Promise<FleetResult> {
    try {
      await this.#story();
    } catch (error) {
      if (error instanceof ContinueAsNew) throw error;
      this.board.reason = messageOf(error);
      this.#become('failed');
      const failure = ApplicationFailure.create({
        message: messageOf(error),
        type: 'RolloutFailed',
        nonRetryable: true,
        details: [this.board.snapshot()],
      });
      failure.stack = '';
      throw failure;
    }
    const { cancelled, superseded } = this.operator;
    const outcome = superseded ? 'superseded' : cancelled ? 'cancelled' : 'done';
    const message = summaryOf(this.board.waves);
    this.board.say(`${outcome}: ${message}`);
    this.#become(outcome);
    return { outcome, message, status: this.board.snapshot() };
  }

  async #story(): Promise<void> {
    const waves = await this.#readWaves();
    this.board.plan(waves);
    this.#become('running');
    for (let index = this.input.resumed?.wave ?? 0; index < waves.length && !this.operator.ends; index += 1) {
      const wave = waves[index]!;
      if (wave.settings.approve && !this.#approved) await this.#waitForApproval(index, wave.settings.name);
      await this.#deployTo(index, wave);
      this.#approved = false;
      if (index < waves.length - 1) await this.#settle(index, wave.settings);
    }
  }

  /** The list is read once, and the rollout keeps to it. */
  async #readWaves(): Promise<Wave[]> {
    const { fleet, environment, release, only, wave } = this.input;
    const waves: Wave[] = [];
    for (let after = 0, more = true; more;) {
      const page = await activities.fleetPlan({ fleet, environment, release, only, wave, after });
      for (const [index, { settings, members }] of page.waves.entries()) {
        waves[index] ??= { settings, members: [] };
        waves[index].members.push(...members);
        after += members.length;
      }
      more = page.more;
    }
    return waves;
  }

  async #waitForApproval(index: number, name: string): Promise<void> {
    const { board, operator } = this;
    board.wave(index, 'waiting for approval');
    board.say(`waiting for approval of wave ${name}`);
    this.#become('waiting for approval');
    operator.approved = undefined;
    if (!(await operator.until(() => operator.approved !== undefined, isLong))) await this.#continue(index);
    const approval = operator.approved as Decision | undefined;
    if (approval) board.say(`wave ${name} approved by ${approval.by}`);
    this.#approved = true;
  }

  async #deployTo(index: number, { settings, members }: Wave): Promise<void> {
    const { board, operator, input } = this;
    let left: readonly string[] = members;
    let forgiven = 0;
    board.say(`wave ${settings.name}: ${members.length} members`);
    while (!operator.ends) {
      await this.#waitWhileHeld(index);
      if (operator.ends) break;
      board.reason = undefined;
      board.wave(index, 'running');
      this.#become('running');
      const work: WaveWork = {
        input,
        board,
        operator,
        index,
        settings,
        total: members.length,
        forgiven,
        draw: () => this.#draw(),
      };
      left = await runWave(work, left);
      if (operator.ends) break;
      const isLast = index === board.waves.length - 1;
      if (isStopped(work) && (left.length > 0 || !isLast)) {
        await this.#waitStopped(index, settings.name, members.length);
        forgiven = board.bad(index);
      } else if (isLong() && left.length > 0) {
        await this.#continue(index);
      }
      if (left.length === 0) break;
    }
    board.wave(index, operator.ends ? 'stopped' : 'done');
    board.say(`wave ${settings.name}: ${summaryOf([board.waves[index]!])}`);
    this.#draw();
  }

  /** Too many members have failed: nothing goes on until somebody says so, or a newer release takes over. */
  async #waitStopped(index: number, name: string, total: number): Promise<void> {
    const { board, operator } = this;
    board.reason = `${board.bad(index)} of ${total} members of ${name} failed`;
    board.say(`stopped: ${board.reason}`);
    board.wave(index, 'stopped');
    this.#become('stopped');
    operator.held = false;
    const before = operator.decisions;
    await operator.until(
      () => operator.decisions > before && !operator.held,
      () => false,
    );
  }

  async #waitWhileHeld(index: number): Promise<void> {
    const { board, operator } = this;
    if (!operator.held) return;
    board.say('held: waiting for resume');
    this.#become('held');
    if (!(await operator.until(() => !operator.held, isLong))) await this.#continue(index);
    board.say('resumed');
  }

  /** Time for a wave to show what it does, and for its service to say so. */
  async #settle(index: number, { soak, healthy, name }: WaveSettings): Promise<void> {
    const { board, operator } = this;
    if (operator.ends) return;
    if (soak > 0) {
      board.wave(index, 'soaking');
      board.say(`wave ${name} soaks`);
      this.#become('soaking');
      await Promise.race([sleep(soak), condition(() => operator.ends)]);
    }
    if (healthy !== undefined && !operator.ends) await activities.fleetHealthy({ url: healthy });
    board.wave(index, 'done');
    this.#become('running');
  }

  async #continue(wave: number): Promise<never> {
    return continueAsNew({ ...this.input, resumed: { wave, approved: this.#approved, status: this.board.snapshot() } });
  }

  #become(state: FleetState): void {
    this.board.become(state);
    this.#draw();
  }

  #draw(): void {
    const { board } = this;
    setCurrentDetails(fleetDetails(board.snapshot()));
    const turn = board.turn;
    if (turn === this.#turn) return;
    this.#turn = turn;
    const bad = board.waves.some(({ counts }) => badOf(counts) > 0);
    upsertMemo({ turn });
    upsertSearchAttributes([{ key: stateKey, value: board.state === 'done' && bad ? 'done with failures' : board.state }]);
  }
}

function messageOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message : String(cause);
}
