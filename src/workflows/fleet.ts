import {
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
  workflowInfo,
} from '@temporalio/workflow';
import { badOf, type FleetInput, type FleetResult, type FleetState } from '../contract/fleet.js';
import { FleetBoard, summaryOf } from '../contract/fleet-board.js';
import * as messages from '../contract/fleet-messages.js';
import { environmentKey, releaseKey, stateKey, targetKey } from '../contract/search-attributes.js';
import { fleetDetails } from './fleet-details.js';
import { checkWave } from './check-wave.js';
import { failureText } from './fault.js';
import { toldOfRollout } from './fleet-news.js';
import { FleetOperator } from './fleet-operator.js';
import { activities, isLong, isStopped, runWave, type WaveWork } from './fleet-wave.js';
import { Notifier } from './notifier.js';
import { refuseWrong } from './refuse-wrong.js';
import { restFor, restOf, type Underway, type Wave } from './wave-rest.js';

/**
 * One release to the members of a fleet, wave by wave. The ledgers of the members decide what is done; this workflow asks for them in chunks,
 * so that a rollout has fewer events than members. A member that fails for good gets a deploy of its own, which waits for a decision.
 * @param input as the client sent it: any client may start a workflow, so it is looked at before it is believed
 */
export async function fleet(input: FleetInput): Promise<FleetResult> {
  refuseWrong(input);
  const rollout = new Rollout(input);
  // A cancel by Temporal's own means is one by nobody in particular.
  CancellationScope.current().cancelRequested.catch(() => (rollout.operator.cancelled ??= { by: 'Temporal' }));
  return CancellationScope.nonCancellable(() => rollout.run());
}

class Rollout {
  readonly board: FleetBoard;
  readonly operator: FleetOperator;
  readonly #notifier: Notifier;
  #approved: boolean;
  #turn = -1;
  /** Tells one list of the members from another. */
  #list = '';
  /** The wave that has begun and is not over. */
  #underway: Underway | undefined;

  constructor(readonly input: FleetInput) {
    this.board = new FleetBoard(
      input,
      () => new Date(),
      () => this.operator.held,
    );
    this.operator = new FleetOperator(
      () => ({ fleet: input.fleet, state: this.board.state, wave: this.board.waiting }),
      (what) => {
        this.board.say(what);
        // What is decided next is about something else: the same said again is meant anew.
        this.board.turn += 1;
        this.#draw();
      },
    );
    this.operator.held = input.resumed?.held ?? false;
    this.#approved = input.resumed?.approved ?? false;
    this.#notifier = new Notifier(
      toldOfRollout(this.board, () => this.#draw()),
      workflowInfo().firstExecutionRunId,
      input.resumed?.notified,
    );
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
      this.board.reason = failureText(error);
      this.#become('failed');
      await this.#notifier.ends('failed', this.board.reason);
      const failure = ApplicationFailure.create({
        message: failureText(error),
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
    await this.#notifier.ends(outcome, message);
    return { outcome, message, status: this.board.snapshot() };
  }

  async #story(): Promise<void> {
    const waves = await this.#readWaves();
    const rest = this.input.resumed?.rest;
    this.board.plan(waves, rest?.list === this.#list ? rest.wave : undefined);
    this.#become('running');
    for (const [index, wave] of waves.entries()) {
      if (this.operator.ends) break;
      if (this.board.waves[index]!.state === 'done') continue;
      if (wave.settings.approve && !this.#approved) await this.#waitForApproval(index, wave.settings.name);
      await this.#deployTo(index, wave);
      this.#approved = false;
      if (index < waves.length - 1) await this.#settle(index, wave);
    }
  }

  /** The rollout keeps to the list; one that has changed between two pages is read from its beginning. */
  async #readWaves(): Promise<Wave[]> {
    const { fleet, environment, release, only, wave } = this.input;
    let waves: (Wave & { readonly members: string[] })[] = [];
    let list: string | undefined;
    for (let after = 0, more = true; more;) {
      const page = await activities.fleetPlan({ fleet, environment, release, only, wave, after });
      if (after > 0 && page.list !== list) {
        waves = [];
        after = 0;
        continue;
      }
      this.#list = list = page.list;
      this.#notifier.plans = page.notify ?? [];
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
    this.#notifier.waits();
    if (
      !(await operator.until(
        () => operator.approved !== undefined,
        () => this.#mayContinue(),
      ))
    )
      await this.#continue();
    operator.approved = undefined;
    board.wave(index, 'waiting');
    this.#approved = true;
  }

  async #deployTo(index: number, wave: Wave): Promise<void> {
    const { board, operator, input } = this;
    const { settings, members } = wave;
    let { left, forgiven } = restOf(wave, this.#list, input.resumed?.rest);
    const rest = left.length < members.length ? `${left.length} of ` : '';
    board.say(`wave ${settings.name}: ${rest}${members.length} members`);
    while (!operator.ends) {
      this.#underway = { wave, left, forgiven };
      await this.#waitWhileHeld();
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
        await this.#waitStopped(index);
        forgiven = board.bad(index);
      } else if (isLong() && left.length > 0) {
        await condition(() => this.#notifier.idle || operator.ends);
        if (operator.ends) break;
        this.#underway = { wave, left, forgiven };
        await this.#continue();
      }
      if (left.length === 0) break;
    }
    this.#underway = undefined;
    board.wave(index, operator.ends ? 'stopped' : 'done');
    board.say(`wave ${settings.name}: ${summaryOf([board.waves[index]!])}`);
    this.#draw();
  }

  /** Too many members have failed, or what is said instead: nothing goes on until somebody says so, or a newer release takes over. */
  async #waitStopped(index: number, reason?: string): Promise<void> {
    const { board, operator } = this;
    board.stop(index, reason);
    this.#notifier.waits();
    this.#draw();
    operator.held = false;
    const { turn } = board;
    await operator.until(
      () => board.turn > turn && !operator.held,
      () => false,
    );
  }

  async #waitWhileHeld(): Promise<void> {
    const { operator } = this;
    if (!operator.held) return;
    this.#become('held');
    if (
      !(await operator.until(
        () => !operator.held,
        () => this.#mayContinue(),
      ))
    )
      await this.#continue();
  }

  /** Time for a wave to show what it does; where its checks fail, a person says whether it goes on. */
  async #settle(index: number, wave: Wave): Promise<void> {
    const { soak, name } = wave.settings;
    const { board, operator } = this;
    if (operator.ends) return;
    if (soak > 0) {
      board.wave(index, 'soaking');
      board.say(`wave ${name} soaks`);
      this.#become('soaking');
      await Promise.race([sleep(soak), condition(() => operator.ends)]);
    }
    const fault = await checkWave(wave, this.input, operator).catch(failureText);
    if (fault !== undefined && !operator.ends) {
      await this.#waitStopped(index, fault);
      if (!operator.ends) board.reason = undefined;
    }
    board.wave(index, operator.ends ? 'stopped' : 'done');
    if (!operator.ends) this.#become('running');
  }

  /** Not while a notification is on its way: what it has come to would be lost. */
  #mayContinue(): boolean {
    return isLong() && this.#notifier.idle;
  }

  async #continue(): Promise<never> {
    const rest = this.#underway && restFor(this.#underway, this.#list);
    const { held } = this.operator;
    const { notified } = this.#notifier;
    const resumed = { approved: this.#approved, held, ...(notified && { notified }), status: this.board.snapshot(), rest };
    return continueAsNew<typeof fleet>({ ...this.input, resumed });
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
