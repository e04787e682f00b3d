import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../config/config-error.js';
import type { HeldTarget } from '../config/held-target.js';
import type { HeldFleet } from '../config/hold-fleet.js';
import type { Member } from '../config/fill.js';
import {
  addCounts,
  badOf,
  endedOf,
  NO_COUNTS,
  type Counts,
  type FleetApplyAnswer,
  type MemberFault,
  type MemberOutcome,
} from '../contract/fleet.js';
import { describeHost } from '../engine/address.js';
import type { Control } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { failingSince } from '../engine/failing-since.js';
import { resolveUrl } from '../engine/postgres/open.js';
import type { Ending } from '../engine/acts/finish.js';
import { deployMember, giveUp, type Rollout } from './deploy-member.js';
import { takeSlot } from './server-slots.js';

export interface Lanes {
  readonly fleet: HeldFleet;
  /** By name, as the source of the members has them now. */
  readonly known: ReadonlyMap<string, Member>;
  readonly members: readonly string[];
  readonly rollout: Rollout;
  /** Members at once. */
  readonly lanes: number;
  /** Failures after which no further member is begun. */
  readonly mayFail?: number | undefined;
  /** Aborted: nothing further is begun, what runs ends. */
  readonly pause: AbortSignal;
  /** Its signal aborted: what runs is cancelled too, and its deploys end; with the reason {@link GOES_ON} another process goes on with them. */
  readonly control: Control;
  /** Makes room where a deploy of the member's own is in the way. @returns its fault where it is one of this release, which waits */
  readonly makeRoom?: ((member: string) => Promise<MemberFault['fault'] | undefined>) | undefined;
  readonly onEnd?: ((end: MemberEnd) => void) | undefined;
}

export interface MemberEnd {
  readonly member: string;
  readonly outcome: MemberOutcome;
  readonly applied: number;
  readonly fault?: MemberFault['fault'] | undefined;
}

/** Why statements are cancelled where their deploys have not ended: this process leaves. */
export const GOES_ON = 'another process continues';

/** Milliseconds between two attempts, and between two looks for a lane that is free. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 20_000;
const LOOK = 100;
/** Milliseconds for which a member that cannot be reached is tried, by what the fleet says about such members. */
const REACHABLE_WITHIN = { fail: 30_000, skip: 5_000 } as const;

interface Waiting {
  readonly member: string;
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly attempt: number;
  readonly failingSince?: number | undefined;
}

/** An attempt that has come to its end; when it began, in milliseconds since 1970. */
interface Tried extends Waiting {
  readonly began: number;
}

/** Deploys the release to some members, so many at once. A failure that passes by itself is tried again here; others take its lane meanwhile. */
export class Run {
  #waiting: Waiting[];
  #counts: Counts = NO_COUNTS;
  #applied = 0;
  /** What is no fault of a member's: nothing further is begun. */
  #error: Error | undefined;
  readonly #servers = new Map<string, Promise<string>>();
  readonly #left: string[] = [];
  readonly #faults: Omit<MemberFault, 'wave'>[] = [];
  /** Members that are being deployed to. */
  readonly running = new Set<string>();
  readonly #options: Lanes;

  constructor(options: Lanes) {
    this.#options = options;
    this.#waiting = options.members.map((member) => ({ member, from: 0, attempt: 1 }));
  }

  get ended(): number {
    return endedOf(this.#counts);
  }

  /** @returns what became of the members @throws what is no fault of a member's */
  async all(): Promise<FleetApplyAnswer> {
    const { lanes, members } = this.#options;
    const all = Array.from({ length: Math.min(lanes, members.length) }, () =>
      this.#lane().catch((error: unknown) => {
        this.#error ??= error instanceof Error ? error : new Error(String(error));
      }),
    );
    await Promise.all(all);
    if (this.#error) throw this.#error;
    const left = [...this.#left, ...this.#waiting.map(({ member }) => member)];
    return { counts: this.#counts, applied: this.#applied, faults: this.#faults, left };
  }

  async #lane(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#over()) {
      const taken = await this.#take();
      if (!taken) {
        await sleep(LOOK);
        continue;
      }
      const { waiting, free } = taken;
      this.running.add(waiting.member);
      try {
        await this.#deploy(waiting);
      } finally {
        this.running.delete(waiting.member);
        free();
      }
    }
  }

  #over(): boolean {
    const { pause, control, mayFail = Infinity } = this.#options;
    return this.#error !== undefined || pause.aborted || control.signal.aborted || badOf(this.#counts) >= mayFail;
  }

  /** The first member that may be begun now, and whose server has a place. */
  async #take(): Promise<{ readonly waiting: Waiting; readonly free: () => void } | undefined> {
    const { perServer } = this.#options.fleet.fleet;
    for (const waiting of this.#waiting) {
      if (waiting.from > Date.now()) continue;
      const server = perServer === undefined ? '' : await this.#serverOf(waiting.member);
      if (!this.#waiting.includes(waiting)) continue;
      const free = takeSlot(server, perServer);
      if (!free) continue;
      this.#waiting = this.#waiting.filter((other) => other !== waiting);
      return { waiting, free };
    }
    return undefined;
  }

  /** Asked once: an address may come from a program. */
  #serverOf(member: string): Promise<string> {
    const server = this.#servers.get(member) ?? this.#askServer(member);
    this.#servers.set(member, server);
    return server;
  }

  /** What cannot be told is told by the attempt. */
  async #askServer(member: string): Promise<string> {
    try {
      const known = this.#options.known.get(member);
      const address = known && (await resolveUrl(this.#options.fleet.held(known).target.url));
      return address ? address.hosts.map(describeHost).join() : '';
    } catch {
      return '';
    }
  }

  async #deploy(waiting: Waiting): Promise<void> {
    const { known, fleet, rollout, control } = this.#options;
    const member = known.get(waiting.member);
    if (!member) return this.#end({ member: waiting.member, outcome: 'gone', applied: 0 });
    let held: HeldTarget | undefined;
    const began = Date.now();
    try {
      held = fleet.held(member);
      const { deployed, applied } = await deployMember(held, rollout, control);
      this.#end({ member: member.name, outcome: deployed ? 'done' : 'already', applied });
    } catch (error) {
      await this.#failed({ ...waiting, began }, held, error);
    }
  }

  async #failed(waiting: Tried, held: HeldTarget | undefined, error: unknown): Promise<void> {
    const { control, makeRoom } = this.#options;
    const { member } = waiting;
    if (control.signal.aborted) {
      const unsaid = held && control.signal.reason !== GOES_ON && (await this.#giveUp(held, { outcome: 'cancelled' }));
      if (!unsaid) this.#left.push(member);
      else this.#end({ member, outcome: 'failed', applied: 0, fault: { ...unsaid, message: `cancelled; ${unsaid.message}` } });
      return;
    }
    if (!held || !(error instanceof EngineError)) {
      if (!(error instanceof ConfigError)) throw error;
      return this.#end({ member, outcome: 'failed', applied: 0, fault: { code: 'CONFIG', message: error.message } });
    }
    const blockedAlone = error.code === 'LEASE_BUSY' ? await makeRoom?.(member) : undefined;
    if (blockedAlone) return this.#end({ member, outcome: 'blocked', applied: 0, fault: blockedAlone });
    if (this.#again(waiting, error)) return;
    // To one that cannot be reached nothing can be said; whoever deploys to it next takes over what may be open there.
    const unsaid = isUnreachable(error) ? undefined : await this.#giveUp(held, { outcome: 'failed', reason: error.message });
    const fault = faultOf(error);
    this.#end({
      member,
      outcome: outcomeOf(error, this.#options.fleet.fleet.unreachable),
      applied: 0,
      // What kept the deploy from its work keeps it from its last words, too: said once.
      fault: unsaid && unsaid.code !== fault.code ? { ...fault, message: `${fault.message}; ${unsaid.message}` } : fault,
    });
  }

  /** @returns why a member's deploy could not be ended there */
  async #giveUp(held: HeldTarget, ending: Ending): Promise<MemberFault['fault'] | undefined> {
    try {
      await giveUp(held, this.#options.rollout, ending);
      return undefined;
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      return { ...faultOf(error), message: `its end could not be recorded: ${error.message}` };
    }
  }

  /** Puts a member behind the others, while its failure may pass by itself. */
  #again({ member, attempt, began, failingSince: earlier }: Tried, error: EngineError): boolean {
    const { fleet } = this.#options;
    const since = failingSince({ began, error, patience: fleet.retryFor, earlier });
    const { unreachable } = fleet.fleet;
    const away = isUnreachable(error);
    const passing = error.verdict === 'retry' || error.verdict === 'fenced' || (away && unreachable === 'wait');
    const patience = away && unreachable !== 'wait' ? Math.min(REACHABLE_WITHIN[unreachable], fleet.retryFor) : fleet.retryFor;
    const wait = Math.min(FIRST_WAIT * 1.5 ** (attempt - 1), LONGEST_WAIT);
    if (!passing || Date.now() + wait - since > patience) return false;
    this.#waiting.push({ member, attempt: attempt + 1, failingSince: since, from: Date.now() + wait });
    return true;
  }

  #end(end: MemberEnd): void {
    const { member, outcome, applied, fault } = end;
    this.#counts = addCounts(this.#counts, { ...NO_COUNTS, [outcome]: 1 });
    this.#applied += applied;
    if (fault) this.#faults.push({ member, outcome, fault });
    this.#options.onEnd?.(end);
  }
}

function isUnreachable({ code }: EngineError): boolean {
  return code === 'CONNECT_FAILED' || code === 'CONNECT_READ_ONLY';
}

/** Where nothing was begun, as with an edited file, there is no deploy that could wait for a decision. */
function outcomeOf(error: EngineError, unreachable: 'fail' | 'wait' | 'skip'): MemberOutcome {
  if (isUnreachable(error)) return unreachable === 'skip' ? 'skipped' : 'unreachable';
  return error.verdict === 'refused' ? 'failed' : 'blocked';
}

function faultOf({ code, message, place, version }: EngineError): MemberFault['fault'] {
  return { code, message, file: place?.file, line: place?.line, version };
}
