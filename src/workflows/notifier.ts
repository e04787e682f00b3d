import { CancellationScope, condition } from '@temporalio/workflow';
import type { Notified } from '../contract/deploy.js';
import type { News } from '../contract/news.js';
import type { NotificationPlan, Occasion } from '../contract/notification.js';
import { send } from './activities.js';
import { failureText } from './fault.js';

/** A deploy or a rollout, as far as people are told of it. */
export interface Told {
  readonly board: {
    readonly state: string;
    /** Grows with each state that it comes to. */
    readonly stay: number;
    readonly since: string;
    readonly turn: number;
  };
  /** Adds a line to its story. */
  readonly say: (text: string) => void;
  /** What a state that waits for a person is called in the configuration. */
  readonly occasionOf: Readonly<Partial<Record<string, Occasion>>>;
  /** What is told of it now. */
  readonly news: () => Omit<News, 'on' | 'since'>;
}

/**
 * Tells people of what waits for them and of how it ended, once for each time. Nothing waits for it but the end of the deploy or of the
 * rollout, and what cannot be delivered is said in the story.
 */
export class Notifier {
  plans: readonly NotificationPlan[] = [];
  readonly #told: Told;
  /** Of the deploy or the rollout: its first run. */
  readonly #id: string;
  /** Of what an earlier run waited for: this one does so again as soon as it is at the same place. */
  #carried: Notified | undefined;
  /** Which stay in a state the rest is about. */
  #stay = -1;
  #since = '';
  readonly #sent = new Set<number>();
  /** Notifications of this stay that are sent already, or when the state has lasted. */
  readonly #seen = new Set<number>();
  #inFlight = 0;

  constructor(told: Told, id: string, carried?: Notified) {
    this.#told = told;
    this.#id = id;
    this.#carried = carried;
  }

  get #board(): Told['board'] {
    return this.#told.board;
  }

  /** Nothing is on its way, so that the run may end. */
  get idle(): boolean {
    return this.#inFlight === 0;
  }

  /** For the run that goes on with what this one waits for. */
  get notified(): Notified | undefined {
    const { state, stay } = this.#board;
    return this.#stay === stay && this.#told.occasionOf[state]
      ? { state, since: this.#since, sent: [...this.#sent] }
      : this.#carried;
  }

  /** The deploy waits for a person from now on, or still. */
  waits(): void {
    const occasion = this.#told.occasionOf[this.#board.state];
    if (occasion === undefined) return;
    this.#stays();
    for (const plan of this.plans) {
      if (!plan.on.includes(occasion) || this.#seen.has(plan.notification)) continue;
      this.#seen.add(plan.notification);
      void CancellationScope.nonCancellable(() => this.#ifItLasts(plan, occasion));
    }
  }

  /** Tells how it ended, and waits until that is tried. */
  async ends(outcome: string, message: string): Promise<void> {
    if (outcome !== 'done' && outcome !== 'failed') return;
    this.#stays();
    const told = this.plans.filter(({ on }) => on.includes(outcome));
    await Promise.all(told.map((plan) => this.#send(plan, outcome, message)));
  }

  #stays(): void {
    const { stay, state, since } = this.#board;
    if (this.#stay === stay) return;
    const carried = this.#carried?.state === state ? this.#carried : undefined;
    this.#carried = undefined;
    this.#stay = stay;
    this.#since = carried?.since ?? since;
    this.#sent.clear();
    this.#seen.clear();
    for (const sent of carried?.sent ?? []) {
      this.#sent.add(sent);
      this.#seen.add(sent);
    }
  }

  async #ifItLasts(plan: NotificationPlan, occasion: Occasion): Promise<void> {
    const { stay } = this.#board;
    const left = Date.parse(this.#since) + plan.after - Date.now();
    const passed = (): boolean => this.#board.stay !== stay;
    if (left > 0 && (await condition(passed, left))) return;
    if (!passed()) await this.#send(plan, occasion);
  }

  /** @param what instead of what is waited for: what has come out */
  async #send({ notification }: NotificationPlan, on: Occasion, what?: string): Promise<void> {
    const { turn } = this.#board;
    const news = this.#told.news();
    const since = this.#since;
    this.#sent.add(notification);
    this.#inFlight += 1;
    try {
      const key = `${this.#id}-${on}-${turn}-${notification}`;
      const request = { ...news, notification, key, on, since, what: what ?? news.what };
      const name = await send(`notify-${on}-${turn}-${notification}`, `notify: ${on}`, request);
      this.#told.say(`notified ${name}: ${on}`);
    } catch (error) {
      this.#told.say(`nobody was notified (${on}): ${failureText(error)}`);
    } finally {
      this.#inFlight -= 1;
    }
  }
}
