import type { DatabaseIdentity, Ending, Finding, Release, StagePlan, Unrecorded } from './deploy.js';
import type { NotifyRequest } from './news.js';
import type { NotificationPlan } from './notification.js';

/** What the workflow asks of its activities, and what they answer. Small JSON: it stands in the history. */

/** Who works: every write in the database is checked against it. */
export interface Ownership {
  readonly target: string;
  readonly deployId: string;
  readonly epoch: number;
  /** The version that the deploy ends with; undefined for everything. */
  readonly to?: string | undefined;
  /** Where the deploy began. */
  readonly database?: { readonly label: string; readonly ledger: string } | undefined;
}

export interface BeginRequest {
  readonly target: string;
  readonly environment?: string | undefined;
  readonly deployId: string;
  readonly release: Release;
  /** What the client says that the release does: the worker knows it, and refuses anything else. */
  readonly stages: readonly StagePlan[];
  readonly by: string;
  readonly to?: string | undefined;
  readonly expects?: DatabaseIdentity | undefined;
}

export interface BeginAnswer {
  readonly database: DatabaseIdentity;
  readonly epoch: number;
  readonly adopted: number;
  /** Position of the newest row of the ledger: what this deploy adds comes after it. */
  readonly position: number;
  readonly stages: readonly PlannedStage[];
  /** SHA-256 over what is pending, with its checksums. */
  readonly plan?: string | undefined;
  /** Warnings; errors refuse the deploy. */
  readonly findings: readonly Finding[];
  /** How many more there are than are listed. */
  readonly moreFindings: number;
  /** Who is told, where the release says so. */
  readonly notify?: readonly NotificationPlan[] | undefined;
}

export interface PlannedStage {
  readonly pending: number;
  /** Pending ones that stay so, for the deploy ends before them. */
  readonly left?: number | undefined;
  /** The deploy ends before this stage. */
  readonly beyond?: true | undefined;
  /** The first ones, for display; a long backlog is not listed. */
  readonly next: readonly PlannedMigration[];
}

export interface PlannedMigration {
  readonly version: string;
  readonly name: string;
  readonly late: boolean;
}

export interface StageRequest extends Ownership {
  /** Index in the target's stages. */
  readonly stage: number;
}

export interface ApplyRequest extends StageRequest {
  readonly after: number;
  readonly limit: number;
  /** At most so many milliseconds on a backfill that is under way; a short look where it is not known that there is one. */
  readonly backfillFor?: number | undefined;
  /** An operator's lockTimeout for the rest of this deploy. */
  readonly lockTimeout?: string | undefined;
}

/** One that was applied; an array, for the answer of a run stands in the history. */
export type AppliedEntry = readonly [version: string, name: string, milliseconds: number, late: 0 | 1];

export interface ApplyAnswer {
  /** How many were applied after the position that was asked for. */
  readonly count: number;
  /** All of them, or of a long run the first one and the newest ones. */
  readonly applied: readonly AppliedEntry[];
  readonly remaining: number;
  readonly position: number;
  /** How far the backfill is, in words, that is under way and goes on with the next request. */
  readonly backfill?: string | undefined;
  /** What a backfill that has ended leaves to be cured. */
  readonly remarks?: readonly string[] | undefined;
}

export interface SkipRequest extends Ownership {
  readonly version: string;
  readonly by: string;
  readonly reason: string;
}

export interface SkipAnswer {
  readonly epoch: number;
  readonly outcome: 'skipped' | 'already';
  readonly name: string;
  /** Position of the newest row of the ledger: the next request does not count this one among what it applied. */
  readonly position: number;
}

export interface ProveRequest {
  readonly target: string;
  /** Index in the target's stages. */
  readonly stage: number;
  readonly by: string;
  /** The line that had to be signed. */
  readonly line: string;
  readonly signature: string;
}

export interface DecisionRequest extends Ownership, Unrecorded {}

export interface SignalRequest extends StageRequest {
  /** Which of the stage's dependents. */
  readonly dependent: number;
  readonly release: Release;
}

/** When a stage that holds no migrations ran, for the audit. Times are ISO 8601. */
export interface StageTime {
  readonly kind: string;
  readonly name: string;
  readonly state: string;
  readonly startedAt: string;
  readonly endedAt: string;
}

/** With epoch 0 `begin` did not answer: what it may have taken is given back, whatever its epoch. */
export interface FinishRequest extends Ownership, Omit<Ending, 'fault'> {
  readonly stages?: readonly StageTime[] | undefined;
}

/** The database held against the files: empty findings where nothing differs. */
export interface Inspection {
  readonly applied: number;
  readonly files: number;
  readonly findings: readonly Finding[];
  /** How many more there are than are listed. */
  readonly moreFindings: number;
  /** Who is told of drift, where the release says so. */
  readonly notify?: readonly NotificationPlan[] | undefined;
}

/** The activities, as the workflow sees them. */
export interface DeployActivities {
  /** What a deploy of the release that this worker holds consists of; asked before it is started. */
  describeRelease: (request: { readonly target: string }) => Promise<readonly StagePlan[]>;
  /** What `pawl verify` finds, with the files that this worker holds; reads only. */
  inspect: (request: { readonly target: string }) => Promise<Inspection>;
  begin: (request: BeginRequest) => Promise<BeginAnswer>;
  apply: (request: ApplyRequest) => Promise<ApplyAnswer>;
  assertConstraints: (request: StageRequest) => Promise<number>;
  assertFiles: (request: StageRequest) => Promise<number>;
  execute: (request: StageRequest) => Promise<void>;
  signal: (request: SignalRequest) => Promise<string>;
  fence: (request: Ownership) => Promise<{ epoch: number }>;
  skip: (request: SkipRequest) => Promise<SkipAnswer>;
  decide: (request: DecisionRequest) => Promise<void>;
  /** Proves that an approval is signed by whom it names. @returns the fingerprint of the key */
  proveApproval: (request: ProveRequest) => Promise<string>;
  verify: (request: Ownership) => Promise<void>;
  finish: (request: FinishRequest) => Promise<void>;
  /** Sends one notification. @returns whom it reached */
  notify: (request: NotifyRequest) => Promise<string>;
}
