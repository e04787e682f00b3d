import type { DeployInput, Fault, Notified } from './deploy.js';
import type { NotificationPlan } from './notification.js';

/** Shapes of a rollout: one release to the members of a fleet, in waves. Plain JSON; addresses stay with the worker. */

/** How one member has come out of a rollout. */
export type MemberOutcome =
  /** Deployed by this rollout. */
  | 'done'
  /** Had everything. */
  | 'already'
  /** Failed for good; a deploy of its own waits for a decision. */
  | 'blocked'
  /** Failed for good, and nobody waits for a decision about it. */
  | 'failed'
  | 'unreachable'
  /** Unreachable, which the fleet takes as it is. */
  | 'skipped'
  /** No longer among the members. */
  | 'gone';

/** Outcomes of members that failed. */
const BAD: readonly MemberOutcome[] = ['blocked', 'failed', 'unreachable'];

/** How many members of a wave have come to what. */
export type Counts = Readonly<Record<MemberOutcome, number>>;

export const NO_COUNTS: Counts = { done: 0, already: 0, blocked: 0, failed: 0, unreachable: 0, skipped: 0, gone: 0 };

/** A member that is not as it should be, and why. */
export interface MemberFault {
  readonly member: string;
  readonly wave: string;
  readonly outcome: MemberOutcome;
  readonly fault: Pick<Fault, 'code' | 'message' | 'file' | 'line' | 'version'>;
}

/** When no further members are begun: as soon as one of the two is reached. */
export interface StopAfter {
  readonly failed?: number | undefined;
  /** Of the members of the wave. */
  readonly percent?: number | undefined;
}

/** Of the last wave, where nothing is said: a broken release must not reach thousands. */
export const LAST_WAVE: StopAfter = { failed: 20 };
/** Of every other wave: a canary's fault touches no later wave. */
export const EARLY_WAVE: StopAfter = { failed: 1 };

/** Whether so many failed members stop a wave. */
export function stops({ failed = Infinity, percent = Infinity }: StopAfter, bad: number, total: number): boolean {
  return bad >= failed || (bad > 0 && (bad * 100) / total >= percent);
}

/** With which of so many further failures a wave stops that has some already; undefined where it stops with none of them. */
export function failuresToStop(stopAfter: StopAfter, bad: number, total: number, further: number): number | undefined {
  for (let more = 1; more <= further; more += 1) if (stops(stopAfter, bad + more, total)) return more;
  return undefined;
}

/** How many members failed, of a wave's counts. */
export function badOf(counts: Counts): number {
  return BAD.reduce((sum, outcome) => sum + counts[outcome], 0);
}

/** How many members have an outcome. */
export function endedOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

export function addCounts(a: Counts, b: Counts): Counts {
  return Object.fromEntries(
    Object.entries(a).map(([outcome, count]) => [outcome, count + b[outcome as MemberOutcome]]),
  ) as Counts;
}

/** A wave as it goes round. */
export interface WaveSettings {
  readonly name: string;
  /** Members at once. */
  readonly parallel: number;
  readonly approve: boolean;
  /** Milliseconds to wait after it. */
  readonly soak: number;
  /** Must answer after the wave, before the next one. */
  readonly healthy?: string | undefined;
  /** A duration. */
  readonly healthyWithin?: string | undefined;
  /** Folder of assertions that must hold at its members after it, likewise. */
  readonly assert?: string | undefined;
  readonly stopAfter: StopAfter;
}

export type WaveState = 'waiting' | 'waiting for approval' | 'running' | 'soaking' | 'done' | 'stopped';

export interface WaveStatus {
  readonly name: string;
  readonly state: WaveState;
  readonly total: number;
  readonly counts: Counts;
  /** Migrations. */
  readonly applied: number;
}

export type FleetState =
  | 'starting'
  | 'running'
  | 'held'
  | 'stopped'
  | 'waiting for approval'
  | 'soaking'
  | 'done'
  | 'failed'
  | 'cancelled'
  | 'superseded';

/** `onFailure` says what becomes of a member that fails for good: a deploy of its own that waits, or nothing. */
export interface FleetInput extends Pick<DeployInput, 'environment' | 'release' | 'stages' | 'by' | 'onFailure'> {
  readonly fleet: string;
  /** Only these members, or only this wave. */
  readonly only?: readonly string[] | undefined;
  readonly wave?: string | undefined;
  /** Set by continue-as-new only. */
  readonly resumed?: FleetResumed | undefined;
}

export interface FleetResumed {
  /** The wave that is next. */
  readonly approved: boolean;
  readonly held: boolean;
  /** Who was told already of what the rollout waits for. */
  readonly notified?: Notified | undefined;
  readonly status: FleetStatus;
  /** Of the wave that has begun and is not over. */
  readonly rest?: WaveRest | undefined;
}

export interface WaveRest {
  readonly wave: string;
  /** The list of members that it is about; where that has changed, all are asked again, and those that have everything say so. */
  readonly list: string;
  /** Members that have not come to an end: positions in the wave, each from the first to before the second. */
  readonly left: readonly (readonly [number, number])[];
  /** Failures before somebody said that it goes on. */
  readonly forgiven: number;
}

/** What is said of a rollout that is held while it is in another state: its wave soaks, or waits for an approval. */
export function stateText({ state, held }: Pick<FleetStatus, 'state' | 'held'>): string {
  return held && state !== 'held' ? `${state}, held` : state;
}

/** What the query `status` of a rollout answers. */
export interface FleetStatus extends Pick<FleetInput, 'fleet' | 'environment' | 'release'> {
  readonly state: FleetState;
  /** Somebody holds it: no further members are begun, also where the state is another one yet. */
  readonly held?: boolean | undefined;
  readonly waves: readonly WaveStatus[];
  /** The first ones; `moreFaults` counts the rest. */
  readonly faults: readonly MemberFault[];
  readonly moreFaults: number;
  /** Members whose own deploys wait for a decision, by this rollout. */
  readonly blocked: readonly string[];
  /** Why nothing more is begun. */
  readonly reason?: string | undefined;
  readonly startedBy: string;
  readonly startedAt: string;
  /** Grows with each state and each decision. */
  readonly turn: number;
  readonly timeline: readonly { readonly at: string; readonly text: string }[];
}

/** What the workflow returns. */
export interface FleetResult {
  readonly outcome: 'done' | 'cancelled' | 'superseded';
  readonly message: string;
  readonly status: FleetStatus;
}

/** What the workflow asks of its activities. */
export interface FleetActivities {
  /** The waves and their members, page by page. */
  fleetPlan: (request: FleetPlanRequest) => Promise<FleetPlanAnswer>;
  fleetApply: (request: FleetApplyRequest) => Promise<FleetApplyAnswer>;
  fleetHealthy: (request: { readonly url: string; readonly within?: string | undefined }) => Promise<void>;
  fleetAssert: (request: FleetAssertRequest) => Promise<FleetAssertAnswer>;
}

export interface FleetAssertRequest extends Pick<FleetInput, 'fleet' | 'release'> {
  readonly wave: string;
  readonly members: readonly string[];
  /** Members at once. */
  readonly lanes: number;
}

export interface FleetAssertAnswer {
  /** Members at which something does not hold, or that could not be asked. */
  readonly failed: number;
  /** The first of them, and why. */
  readonly first?: { readonly member: string; readonly message: string } | undefined;
}

export interface FleetPlanRequest extends Pick<FleetInput, 'fleet' | 'environment' | 'release' | 'only' | 'wave'> {
  /** Members of earlier pages. */
  readonly after: number;
}

export interface FleetPlanAnswer {
  /** All waves, each with its members of this page. */
  readonly waves: readonly { readonly settings: WaveSettings; readonly members: readonly string[] }[];
  readonly more: boolean;
  /** The same for pages of the same list: it may be read anew for each. */
  readonly list: string;
  /** Who is told, where the fleet says so. */
  readonly notify?: readonly NotificationPlan[] | undefined;
}

export interface FleetApplyRequest extends Pick<FleetInput, 'fleet' | 'release' | 'by'> {
  /** First run of the rollout: what the deploys of its members are named after. */
  readonly rollout: string;
  readonly wave: string;
  readonly members: readonly string[];
  readonly lanes: number;
  /** Failures after which no further member is begun; undefined is no limit. */
  readonly mayFail?: number | undefined;
}

export interface FleetApplyAnswer {
  readonly counts: Counts;
  /** Migrations. */
  readonly applied: number;
  readonly faults: readonly Omit<MemberFault, 'wave'>[];
  /** Members that were not begun, or were interrupted. */
  readonly left: readonly string[];
}

/** What a wave's assertions have found, in words; undefined where all of them hold. */
export function assertionFault(wave: string, members: number, { failed, first }: FleetAssertAnswer): string | undefined {
  if (!first) return undefined;
  return `the assertions of ${wave} do not hold at ${failed} of ${members} members, ${first.member} first: ${first.message}`;
}

/** Why an activity was asked to stop: `cancel` also stops the statements that run. */
export type Stopping = 'cancel' | 'pause';

/** Workflow type of a rollout. */
export const FLEET_WORKFLOW = 'fleet';

/** What adding a member to a fleet has done. */
export interface AddedMember {
  /** What was made: a database, a schema, or nothing where it was there. */
  readonly made: string | undefined;
  /** Migrations. */
  readonly applied: number;
  /** Whether the source of the members has it, so that rollouts reach it. */
  readonly listed: boolean;
}
