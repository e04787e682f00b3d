import { boundedLine, boundedList, boundedText, MESSAGE, NAME, newest } from './bounded.js';
import {
  addCounts,
  badOf,
  endedOf,
  NO_COUNTS,
  type FleetApplyAnswer,
  type FleetInput,
  type FleetState,
  type FleetStatus,
  type MemberFault,
  type WaveSettings,
  type WaveState,
  type WaveStatus,
} from './fleet.js';

/** Faults that are listed; a status must stay small. */
const LISTED = 50;
/** Names of blocked members that are kept: with more, something else is wrong than one member. */
const BLOCKED = 2_000;
const BLOCKED_BYTES = 60_000;
const LINES = 100;

/** Where a rollout stands: what the query `status` answers and the picture is drawn from. */
export class FleetBoard {
  state: FleetState = 'starting';
  reason: string | undefined;
  turn = 0;
  /** Grows with each state that the rollout comes to, and when it came into this one, ISO 8601. */
  stay = 0;
  since: string;
  #waves: WaveStatus[] = [];
  #faults: MemberFault[] = [];
  #moreFaults = 0;
  #blocked: string[] = [];
  #timeline: { at: string; text: string }[] = [];
  readonly #input: FleetInput;
  readonly #now: () => Date;
  readonly #held: () => boolean;
  #startedAt: string;

  /**
   * @param now a clock; a workflow has its own
   * @param held whether somebody lets no further members be begun, whatever the state is: a wave may still soak
   */
  constructor(input: FleetInput, now: () => Date, held = () => false) {
    this.#input = input;
    this.#now = now;
    this.#held = held;
    this.#startedAt = now().toISOString();
    this.since = this.#startedAt;
    const before = input.resumed?.status;
    if (!before) return;
    this.state = before.state;
    this.reason = before.reason;
    this.turn = before.turn;
    this.#waves = [...before.waves];
    this.#faults = [...before.faults];
    this.#moreFaults = before.moreFaults;
    this.#blocked = [...before.blocked];
    this.#timeline = [...before.timeline];
    this.#startedAt = before.startedAt;
  }

  get waves(): readonly WaveStatus[] {
    return this.#waves;
  }

  /**
   * Waves that are over keep what came of them: a list that was read anew may lack those before them.
   * @param underway a wave that goes on where it was
   */
  plan(waves: readonly { readonly settings: WaveSettings; readonly members: readonly string[] }[], underway?: string): void {
    this.#waves = waves.map(({ settings, members }) => {
      const before = this.#waves.find(({ name }) => name === settings.name);
      if (before && (before.state === 'done' || before.name === underway)) return before;
      return { name: settings.name, state: 'waiting', total: members.length, counts: NO_COUNTS, applied: 0 };
    });
  }

  /** The wave that waits for an approval. */
  get waiting(): string | undefined {
    return this.#waves.find(({ state }) => state === 'waiting for approval')?.name;
  }

  become(state: FleetState): void {
    if (this.state === state) return;
    this.state = state;
    this.turn += 1;
    this.stay += 1;
    this.since = this.#now().toISOString();
  }

  wave(index: number, state: WaveState): void {
    this.#waves[index] = { ...this.#waves[index]!, state };
  }

  /** Adds what became of some members. */
  ended(index: number, { counts, applied, faults }: Omit<FleetApplyAnswer, 'left'>): void {
    const wave = this.#waves[index]!;
    this.#waves[index] = { ...wave, counts: addCounts(wave.counts, counts), applied: wave.applied + applied };
    for (const { member, outcome, fault } of faults) {
      if (outcome === 'blocked' && !this.#blocked.includes(member)) this.#blocked.push(boundedText(member, NAME));
      // A run that continues another one asks its members again.
      if (this.#faults.some((known) => known.member === member && known.wave === wave.name)) continue;
      const { code, message, file, line, version } = fault;
      if (this.#faults.length === LISTED) this.#moreFaults += 1;
      else
        this.#faults.push({
          member: boundedText(member, NAME),
          wave: wave.name,
          outcome,
          fault: { code, message: boundedText(message, MESSAGE), file, line, version },
        });
    }
  }

  /** Nothing goes on after a wave: too many of its members have failed, or what is said instead. */
  stop(index: number, reason?: string): void {
    const { name, total } = this.#waves[index]!;
    this.reason =
      reason === undefined ? `${this.bad(index)} of ${total} members of ${name} failed` : boundedText(reason, MESSAGE);
    this.say(`stopped: ${this.reason}`);
    this.wave(index, 'stopped');
    this.become('stopped');
  }

  bad(index: number): number {
    return badOf(this.#waves[index]!.counts);
  }

  say(text: string): void {
    this.#timeline = [...this.#timeline, { at: this.#now().toISOString(), text: boundedLine(text) }].slice(-LINES);
  }

  snapshot(): FleetStatus {
    const { fleet, environment, release, by } = this.#input;
    const faults = boundedList(this.#faults, LISTED);
    return {
      fleet,
      environment,
      release,
      state: this.state,
      held: this.#held(),
      waves: this.#waves,
      faults,
      moreFaults: this.#moreFaults + this.#faults.length - faults.length,
      blocked: boundedList(this.#blocked, BLOCKED, BLOCKED_BYTES),
      reason: this.reason,
      startedBy: by,
      startedAt: this.#startedAt,
      turn: this.turn,
      timeline: newest(this.#timeline),
    };
  }
}

/** What all waves together have come to, as a sentence: `197 done, 3 blocked`. */
export function summaryOf(waves: readonly WaveStatus[]): string {
  const all = waves.reduce((sum, { counts }) => addCounts(sum, counts), NO_COUNTS);
  const words = { ...all, 'not begun': waves.reduce((sum, { total }) => sum + total, 0) - endedOf(all) };
  const said = Object.entries(words).flatMap(([word, count]) => (count > 0 ? [`${count} ${WORDS[word] ?? word}`] : []));
  return said.join(', ') || 'no members';
}

const WORDS: Readonly<Record<string, string>> = { already: 'already up to date', gone: 'no longer a member' };
