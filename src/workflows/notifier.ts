import { CancellationScope, condition } from '@temporalio/workflow';
import { approvalText } from '../contract/approval.js';
import { choicesOf } from '../contract/choices.js';
import type { DeployStatus, Ending, Notified } from '../contract/deploy.js';
import type { NotificationPlan, Occasion } from '../contract/notification.js';
import { send } from './activities.js';
import type { Board } from './board.js';
import { failureText } from './fault.js';

/** What a state that waits for a person is called in the configuration. */
const OCCASION_OF: Partial<Record<DeployStatus['state'], Occasion>> = {
  blocked: 'blocked',
  'waiting for approval': 'approval',
};

/**
 * Tells people of what waits for them and of how it ended, once for each time. Nothing waits for it but the end of the deploy, and what
 * cannot be delivered is said in the story.
 */
export class Notifier {
  plans: readonly NotificationPlan[] = [];
  readonly #board: Board;
  readonly #deployId: string;
  /** Of what an earlier run waited for: this one does so again as soon as it is at the same place. */
  #carried: Notified | undefined;
  /** Which stay in a state the rest is about. */
  #stay = -1;
  #since = '';
  readonly #sent = new Set<number>();
  /** Notifications of this stay that are sent already, or when the state has lasted. */
  readonly #seen = new Set<number>();
  #inFlight = 0;

  constructor(board: Board, deployId: string, carried?: Notified) {
    this.#board = board;
    this.#deployId = deployId;
    this.#carried = carried;
  }

  /** Nothing is on its way, so that the run may end. */
  get idle(): boolean {
    return this.#inFlight === 0;
  }

  /** For the run that goes on with what this one waits for. */
  get notified(): Notified | undefined {
    const { state, stay } = this.#board;
    return this.#stay === stay && OCCASION_OF[state] ? { state, since: this.#since, sent: [...this.#sent] } : this.#carried;
  }

  /** The deploy waits for a person from now on, or still. */
  waits(): void {
    const occasion = OCCASION_OF[this.#board.state];
    if (occasion === undefined) return;
    this.#stays();
    for (const plan of this.plans) {
      if (!plan.on.includes(occasion) || this.#seen.has(plan.notification)) continue;
      this.#seen.add(plan.notification);
      void CancellationScope.nonCancellable(() => this.#ifItLasts(plan, occasion));
    }
  }

  /** Tells how it ended, and waits until that is tried. */
  async ends(outcome: Ending['outcome'], message: string): Promise<void> {
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
    if (!passed()) await this.#send(plan, occasion, whatOf(this.#board));
  }

  async #send({ notification }: NotificationPlan, on: Occasion, what: string): Promise<void> {
    const board = this.#board;
    const { target, environment, release, startedBy, fault, turn } = board;
    const since = this.#since;
    this.#sent.add(notification);
    this.#inFlight += 1;
    try {
      const key = `${this.#deployId}-${on}-${turn}-${notification}`;
      const name = await send(`notify-${on}-${turn}-${notification}`, `notify: ${on}`, {
        ...{ notification, key, on, target, environment, release, startedBy, since },
        what,
        fault,
        commands: choicesOf(board).map(({ command, effect }) => ({ command, effect })),
      });
      board.say(`notified ${name}: ${on}`);
    } catch (error) {
      board.say(`nobody was notified (${on}): ${failureText(error)}`);
    } finally {
      this.#inFlight -= 1;
    }
  }
}

function whatOf({ fault, approval, approving, startedBy }: DeployStatus): string {
  const missing = approvalText(approving, startedBy);
  return fault?.message ?? `The approval is "${approval ?? ''}"${missing && ` (${missing})`}.`;
}
