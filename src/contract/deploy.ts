import type { SkipDecision, VerbName } from './decision.js';
import type { NotificationPlan } from './notification.js';
import type { SignedBy } from './signed-approval.js';

/** Shapes that cross the border between clients, the workflow and its activities. Plain JSON, no SQL text, no row values, no DSN. */

export interface Release {
  /** First 16 hex digits of the SHA-256 over settings, stages and files. */
  readonly digest: string;
  /** What the caller calls it: a git sha, a tag. */
  readonly label: string;
}

/** What tells one database from another; the engine's `isAnotherDatabase` compares two. Holds no secret. */
export interface DatabaseIdentity {
  /** `orders on db.example`. */
  readonly label: string;
  readonly name: string;
  /** When its server started, in milliseconds since 1970. */
  readonly started: number;
  readonly system: string;
  readonly ledger: string;
}

export interface StagePlan {
  readonly kind: 'migrate' | 'exec' | 'constraints' | 'backfill' | 'assert' | 'approve' | 'signal';
  readonly name: string;
  /** Of a `signal` stage: how each dependent is told, such as `webhook` or `notify schema_changed`. */
  readonly dependents?: readonly string[] | undefined;
  /** Of an `approve` stage that is not for anybody alone. */
  readonly approval?: ApprovalRule | undefined;
}

/** Who has to give an approval. */
export interface ApprovalRule {
  /** So many different people. */
  readonly of?: number | undefined;
  /** Only these. */
  readonly by?: readonly string[] | undefined;
  /** Not by whoever started the deploy. */
  readonly notBy?: 'starter' | undefined;
  /** Milliseconds from when it is waited for. */
  readonly within?: number | undefined;
  /** Only by a signature of a key that the release allows. */
  readonly signed?: true | undefined;
}

/** An approval that is waited for and follows a rule. */
export interface ApprovalStatus extends Omit<ApprovalRule, 'within' | 'signed'> {
  readonly of: number;
  /** ISO 8601: then the deploy fails. */
  readonly until?: string | undefined;
  /** The line that is to be signed; undefined where nobody has to. */
  readonly toSign?: string | undefined;
  readonly given: readonly { readonly by: string; readonly at: string; readonly key?: string | undefined }[];
}

export interface DeployInput {
  readonly target: string;
  /** Such as `staging`; the worker refuses a deploy that was meant for another one. */
  readonly environment?: string | undefined;
  readonly release: Release;
  readonly stages: readonly StagePlan[];
  /** What the client sees, where it has the address: the worker has to see the same. */
  readonly expects?: DatabaseIdentity | undefined;
  readonly by: string;
  /** The version that the deploy ends with: what comes after it stays pending. Undefined for everything. */
  readonly to?: string | undefined;
  /** `block` waits for a decision, `abort` fails the deploy. */
  readonly onFailure: 'block' | 'abort';
  /** Set by continue-as-new only. */
  readonly resumed?: Resumed | undefined;
}

/** Where a run was that another one continues: it asks the ledger for the next step and need not begin anew. */
export interface Resumed {
  readonly stage: number;
  /** Which dependent of a `signal` stage is next. */
  readonly dependent: number;
  readonly epoch: number;
  readonly position: number;
  /** An operator's, for the rest of the deploy. */
  readonly lockTimeout?: string | undefined;
  /** An attempt may still be alive: the epoch has to be moved on first. */
  readonly mustFence?: boolean | undefined;
  /** Decisions that the audit does not hold yet. */
  readonly unrecorded?: readonly Unrecorded[] | undefined;
  /** A decision that is not carried out yet. */
  readonly skipping?: SkipDecision | undefined;
  /** The deploy is over; what is left is to say so. */
  readonly ending?: Ending | undefined;
  readonly notify?: readonly NotificationPlan[] | undefined;
  /** Who was told already of what the deploy waits for. */
  readonly notified?: Notified | undefined;
  readonly status: DeployStatus;
}

/** Notifications that were sent of one state. */
export interface Notified {
  readonly state: string;
  /** ISO 8601. */
  readonly since: string;
  readonly sent: readonly number[];
}

/** A decision, as the audit records it. */
export interface Unrecorded {
  /** The same for each attempt to record it. */
  readonly key: string;
  readonly verb: VerbName;
  readonly by: string;
  readonly reason?: string | undefined;
  readonly version?: string | undefined;
  /** Of `speed`: what it asks for. */
  readonly pace?: BackfillPace | undefined;
  readonly signed?: SignedBy | undefined;
}

/** How fast a backfill is to be. */
export interface BackfillPace {
  /** Milliseconds that a batch is to take. */
  readonly batch?: number | undefined;
  /** Rest after it, as a share of the time that it took. */
  readonly pace?: number | undefined;
}

/** How a deploy ends, and by whom or why. */
export interface Ending {
  readonly outcome: 'done' | 'cancelled' | 'superseded' | 'failed' | 'refused';
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  readonly fault?: Fault | undefined;
}

export type DeployState =
  | 'starting'
  | 'running'
  | 'held'
  | 'blocked'
  | 'waiting for approval'
  | 'done'
  | 'failed'
  | 'refused'
  | 'cancelled'
  | 'superseded'
  /** Seen from outside: Temporal ended the workflow, which could say nothing more. */
  | 'terminated'
  | 'timed out';

/** Why a deploy waits for a decision. `message` and `next` are written for the operator. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly version?: string | undefined;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  readonly sqlstate?: string | undefined;
  /** Of `begin`: the lease was taken before it failed, so that it has to be given back. */
  readonly leased?: boolean | undefined;
}

/** `cancelled`: the deploy was ended in it. `failed`: the deploy failed in it. `not run`: it comes after the version that the deploy ends with. */
export type StageState = 'waiting' | 'running' | 'done' | 'blocked' | 'failed' | 'cancelled' | 'not run';

export interface MigrationStatus {
  readonly version: string;
  readonly name: string;
  readonly state: 'pending' | 'running' | 'applied' | 'already' | 'skipped' | 'blocked' | 'failed';
  readonly milliseconds?: number | undefined;
  readonly late?: boolean | undefined;
}

export interface StageStatus extends StagePlan {
  readonly state: StageState;
  /** Pending when the deploy was planned. */
  readonly total: number;
  readonly applied: number;
  /** Counted as applied without having run in this deploy: by an operator, or because they were applied already. */
  readonly skipped?: number | undefined;
  /** Stay pending, for the deploy ends before them. */
  readonly left?: number | undefined;
  /** The newest ones and the next ones; a long backlog is not listed whole (history stays small). */
  readonly migrations: readonly MigrationStatus[];
  /** When it was begun and ended, ISO 8601. */
  readonly startedAt?: string | undefined;
  readonly endedAt?: string | undefined;
}

/** A session in PostgreSQL that waits for us or that we wait for. */
export interface Blocker {
  readonly pid: number;
  readonly application: string;
  readonly user: string;
  readonly state: string;
  /** Age of its transaction; null where the role may not see it. */
  readonly seconds: number | null;
  /** Only where the target sets `showQueries`. */
  readonly query?: string | undefined;
}

/** What is being done just now, and who stands in the way of whom. */
export interface Work {
  /** Such as `applying`. */
  readonly doing: string;
  readonly name?: string | undefined;
  /** Which statement of the file, from 1. */
  readonly statement?: number | undefined;
  /** How long the statement runs, in seconds. */
  readonly seconds?: number | undefined;
  /** Migrations applied so far in this piece of work: the status learns of them at its end. */
  readonly applied?: number | undefined;
  readonly waitsFor?: readonly Blocker[] | undefined;
  readonly blocks?: readonly Blocker[] | undefined;
  /** How many more of each there are than are listed. */
  readonly moreWaitsFor?: number | undefined;
  readonly moreBlocks?: number | undefined;
  /** Of a backfill: the setting that holds it up, or `pause`; nothing while it goes on. */
  readonly backfill?: { readonly heldBy?: string | undefined } | undefined;
  /** Of an index. */
  readonly build?: { readonly phase: string; readonly percent: number | null } | undefined;
  /** From 1; each later one follows a failure that may cure itself. */
  readonly attempt: number;
  /** What the attempt before failed with. */
  readonly failure?: string | undefined;
  /** Since when attempts fail in a row, ISO 8601. */
  readonly failingSince?: string | undefined;
  /** ISO 8601; when it is given up and waits for a decision, if attempts go on failing. */
  readonly givesUpAt?: string | undefined;
  /** ISO 8601; when the deploy heard of it, where it does not come from the worker's own heartbeat. */
  readonly at?: string | undefined;
}

export interface TimelineEntry {
  readonly at: string;
  readonly text: string;
}

/** What the query `status` answers. */
export interface DeployStatus {
  readonly target: string;
  readonly environment?: string | undefined;
  /** What is deployed to, once a worker has reached it. */
  readonly database?: DatabaseIdentity | undefined;
  readonly release: Release;
  /** The version that it ends with, where it is not to apply everything. */
  readonly to?: string | undefined;
  readonly state: DeployState;
  /** When it came into this state, ISO 8601. */
  readonly since?: string | undefined;
  readonly stages: readonly StageStatus[];
  readonly epoch?: number | undefined;
  /** SHA-256 over what was pending when it began; a signed approval is over it. */
  readonly plan?: string | undefined;
  readonly fault?: Fault | undefined;
  /** Name of the approval that is waited for. */
  readonly approval?: string | undefined;
  /** Who has given it and who is missing, where it follows a rule. */
  readonly approving?: ApprovalStatus | undefined;
  readonly holdRequested: boolean;
  /** Told by the worker while sessions block each other or attempts fail. */
  readonly work?: Work | undefined;
  /** The migration whose backfill runs: unlike any other work, it gives way to a hold and to a newer release at once. */
  readonly backfill?: string | undefined;
  readonly findings: readonly Finding[];
  /** How many more findings there are than are listed. */
  readonly moreFindings?: number | undefined;
  readonly timeline: readonly TimelineEntry[];
  readonly startedBy: string;
  /** Grows with each state and each decision: what a decision is about. */
  readonly turn?: number | undefined;
}

/** What the workflow returns. Failure and refusal end it as a failed workflow instead, with the same shape in the details. */
export interface DeployResult {
  readonly outcome: 'done' | 'cancelled' | 'superseded';
  readonly target: string;
  readonly environment?: string | undefined;
  readonly release: Release;
  readonly applied: number;
  /** How many migrations of the release stay pending, where it ended with a version. */
  readonly left?: number | undefined;
  readonly message: string;
  /** Why it was cancelled or superseded. */
  readonly reason?: string | undefined;
  /** The last words, with the newest migrations of each stage; older workers leave none. */
  readonly status?: DeployStatus | undefined;
}

export interface Finding {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  readonly message: string;
  readonly next?: string | undefined;
}
