import { condition, setDefaultUpdateHandler, setHandler } from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import { malformed, type ApproveDecision, type Decision, type SupersedeDecision } from '../contract/decision.js';
import type { FleetState } from '../contract/fleet.js';
import * as messages from '../contract/fleet-messages.js';
import { refuse, refuseVoid } from './refuse.js';

/** What decisions are about. */
export interface Situation {
  readonly fleet: string;
  readonly state: FleetState;
  /** The wave that waits for an approval. */
  readonly wave: string | undefined;
}

interface Verb<D extends Decision> {
  readonly definition: UpdateDefinition<string, [D]>;
  readonly description: string;
  readonly takes?: readonly string[];
  /** Why it does not fit now; undefined when it does. */
  readonly refusal: (situation: Situation, decision: D) => string | undefined;
  readonly decide: (decision: D) => string;
}

/** The verbs of a rollout as updates of its workflow: handlers note what was decided, the story acts on it. */
export class FleetOperator {
  held = false;
  approved: ApproveDecision | undefined;
  cancelled: Decision | undefined;
  superseded: SupersedeDecision | undefined;
  readonly #situation: () => Situation;
  readonly #decided: (what: string) => void;

  /** @param decided told of each decision: what, by whom and why */
  constructor(situation: () => Situation, decided: (what: string) => void) {
    this.#situation = situation;
    this.#decided = decided;
    setHandler(messages.stopping, () => (this.cancelled ? 'cancel' : 'pause'));
    this.#listen({
      definition: messages.fleetHold,
      description: 'Begin no further members; what runs ends',
      refusal: ({ fleet, state }) => (this.held || state === 'held' ? `${fleet} is held already` : undefined),
      decide: () => {
        this.held = true;
        return `${this.#name} begins no further members. Go on with: pawl fleet resume ${this.#name}`;
      },
    });
    this.#listen({
      definition: messages.fleetResume,
      description: 'Let a rollout that is held, or that stopped because members failed, continue',
      refusal: ({ fleet, state }) =>
        this.held || state === 'held' || state === 'stopped' ? undefined : `${fleet} is not held; its state is: ${state}`,
      decide: () => {
        this.held = false;
        const { fleet, state, wave = '' } = this.#situation();
        return state === 'waiting for approval'
          ? `${fleet} is not held any more; the wave ${wave} waits for: pawl fleet approve ${fleet}`
          : `${fleet} continues`;
      },
    });
    this.#listen<ApproveDecision>({
      definition: messages.fleetApprove,
      description: 'Approve the wave that waits',
      takes: ['name'],
      refusal: ({ fleet, state, wave }, { name }) =>
        state !== 'waiting for approval'
          ? `${fleet} does not wait for an approval; its state is: ${state}`
          : name !== undefined && name !== wave
            ? `the wave ${wave ?? ''} of ${fleet} waits for an approval, not ${name}`
            : undefined,
      decide: (decision) => {
        const { fleet, wave = '' } = this.#situation();
        this.approved = decision;
        if (this.held) return `the wave ${wave} is approved; ${fleet} is held. Go on with: pawl fleet resume ${fleet}`;
        return `${fleet} continues with the wave ${wave}`;
      },
    });
    this.#listen({
      definition: messages.fleetCancel,
      description: 'End the rollout: what runs is rolled back, what is committed stays',
      refusal: () => undefined,
      decide: (decision) => {
        this.cancelled = decision;
        return `${this.#name} is being cancelled; what is committed stays`;
      },
    });
    // Not by a handler of its own, which the Web UI would offer to people.
    setDefaultUpdateHandler((name, decision) => {
      if (name !== messages.fleetSupersede.name) refuse(`"${name}" is not known here; expected hold, resume, approve or cancel`);
      const newer = decision as SupersedeDecision;
      const wrong = malformed(newer, ['release']) ?? (newer.release ? undefined : '"release": expected text');
      if (wrong !== undefined) refuse(wrong);
      refuseVoid(newer);
      this.superseded = newer;
      this.#decided(`gives way to release ${newer.release}, by ${newer.by}`);
      return `${this.#name} gives way to release ${newer.release}`;
    });
  }

  get #name(): string {
    return this.#situation().fleet;
  }

  /** Somebody has decided that nothing further is begun. */
  get stops(): boolean {
    return this.held || this.cancelled !== undefined || this.superseded !== undefined;
  }

  /** The rollout is to end. */
  get ends(): boolean {
    return this.cancelled !== undefined || this.superseded !== undefined;
  }

  /** Waits for a decision however long that takes. @returns false when `or` came first */
  async until(done: () => boolean, or: () => boolean): Promise<boolean> {
    await condition(() => done() || this.ends || or());
    return done() || this.ends;
  }

  #listen<D extends Decision>({ definition, description, takes = [], refusal, decide }: Verb<D>): void {
    const handle = (decision: D): string => {
      const sentence = decide(decision);
      const { by, reason } = decision;
      this.#decided(`${definition.name} by ${by}${reason === undefined ? '' : `: ${reason}`}`);
      return sentence;
    };
    const options = {
      description: `${description}. Example: {"by":"ann","reason":"incident 42"}`,
      validator: (decision: D) => {
        const wrong = malformed(decision, takes) ?? refusal(this.#situation(), decision);
        if (wrong !== undefined) refuse(wrong);
        refuseVoid(decision);
      },
    };
    setHandler(definition as never, handle as never, options as never);
  }
}
