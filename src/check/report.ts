import type { Place } from '../engine/error.js';
import type { Blocked, LockMode } from './trace/lock-mode.js';
import type { Work } from './trace/statement-trace.js';

/** `error`: do not ship it so; `warning`: think twice; `notice`: good to know. */
export type Severity = 'error' | 'warning' | 'notice';

/**
 * What a lock means to the users of a relation. SAFE: nobody waits but other schema changes. BRIEF: everybody or all writers wait, for a
 * moment. BLOCKS_WRITES: writers wait for work that grows with the table. OUTAGE: readers too.
 */
export type LockVerdict = 'SAFE' | 'BRIEF' | 'BLOCKS_WRITES' | 'OUTAGE';

/** How large a relation is on the real target. */
export interface Size {
  readonly bytes: number;
  readonly rows: number;
}

/** Sizes by qualified name, `public.orders`, as `pawl stats` reads them from the real target. */
export type Statistics = Readonly<Record<string, Size>>;

/** One row of the lock report: a relation of before the deploy and one statement. */
export interface RelationLock {
  /** Its name before the deploy. */
  readonly relation: string;
  /** As in pg_class.relkind. */
  readonly kind: string;
  /** For an index: its table. Otherwise the same as `relation`. */
  readonly table: string;
  /** Index into the migration's statements. */
  readonly statement: number;
  readonly mode: LockMode;
  /** False when an earlier statement of the transaction holds it already. */
  readonly taken: boolean;
  readonly blocks: readonly Blocked[];
  /** Index of the last statement that runs while it is held; the COMMIT after that gives it back. */
  readonly heldThrough: number;
  /** Outside a transaction the lock ends with its statement. */
  readonly until: 'commit' | 'statement';
  /** What the statement did to the relation while holding it. */
  readonly work: readonly Work[];
  /** Long work on other relations that this and later statements do while this lock is held. */
  readonly meanwhile: readonly { readonly statement: number; readonly relation: string; readonly work: Work }[];
  readonly size?: Size | undefined;
  /** Rough guess of how long it is held on the real target, where its size is known. */
  readonly seconds?: number | undefined;
  readonly verdict: LockVerdict;
}

/** A replacement in the migration's text; offsets in UTF-16 units. */
export interface Fix {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What a rule found. */
export interface Finding {
  readonly rule: string;
  readonly title: string;
  readonly severity: Severity;
  /** Index into the migration's statements. */
  readonly statement: number;
  readonly place: Place;
  readonly relation?: string | undefined;
  /** The work under lock that the rule says will happen. */
  readonly work?: Work | undefined;
  /** What happens. */
  readonly message: string;
  /** Why it hurts. */
  readonly why: string;
  /** The safe way, as a sentence. */
  readonly safe: string;
  /** The safe way as SQL for this very case. */
  readonly rewrite?: string | undefined;
  readonly fixes: readonly Fix[];
}

export interface CheckedStatement {
  readonly line: number;
  /** The statement on one line, cut to a readable length. */
  readonly text: string;
  /** Which commit of the migration it belongs to, from 0. */
  readonly commit: number;
  readonly outcome: 'ran' | 'failed' | 'not run';
}

/** Why a migration cannot be deployed. */
export interface CheckFailure {
  readonly code: string;
  readonly message: string;
  readonly next: string;
  readonly place?: Place | undefined;
  readonly excerpt?: string | undefined;
  readonly sqlstate?: string | undefined;
}

export interface CheckedMigration {
  readonly stage: string;
  readonly version: string;
  readonly name: string;
  readonly path: string;
  readonly outcome: 'ran' | 'failed' | 'not run';
  readonly failure?: CheckFailure | undefined;
  /** On the scratch database; says nothing about the real one. */
  readonly milliseconds: number;
  readonly statements: readonly CheckedStatement[];
  readonly locks: readonly RelationLock[];
  readonly findings: readonly Finding[];
  /** Findings that the file allows, each with its reason. */
  readonly allowed: readonly { readonly finding: Finding; readonly reason: string }[];
}

/** A stage without migrations: it was run between them, or left out and why. */
export interface CheckedWork {
  readonly kind: string;
  readonly name: string;
  readonly outcome: 'ran' | 'failed' | 'not run' | 'left out';
  /** Why it was left out. */
  readonly reason?: string | undefined;
  readonly failure?: CheckFailure | undefined;
}

/** A finding that no statement has. */
export interface CheckRemark {
  readonly severity: Severity;
  readonly code: string;
  readonly message: string;
  readonly next: string;
}

/** A whole deploy on a second database and the same once more: the repeat must find nothing to do and change nothing. */
export interface CheckedRepeat {
  readonly outcome: 'same' | 'changed' | 'failed';
  /** What the repeat changed, as sentences. */
  readonly changes: readonly string[];
  readonly failure?: CheckFailure | undefined;
}

/** All that `pawl check` knows; every output is made from it alone. */
export interface CheckReport {
  /** Such as `15.18`. */
  readonly serverVersion: string;
  readonly timeZone: string;
  /** What stood in the database before, such as `a copy of orders`; without it, nothing. */
  readonly start?: string | undefined;
  /** Whether all of it was judged as one deploy, or each migration as one of its own. */
  readonly scope?: 'deploy' | 'migration' | undefined;
  /** Whether sizes of the real target were given; without them every table is taken for a large one. */
  readonly sized: boolean;
  readonly migrations: readonly CheckedMigration[];
  readonly work: readonly CheckedWork[];
  /** Without it a deploy was not repeated, because the first one failed. */
  readonly repeat?: CheckedRepeat | undefined;
  /** What speaks about the whole rather than about a line: the start state differs from the target, versions collide. */
  readonly remarks: readonly CheckRemark[];
  readonly summary: {
    readonly failed: number;
    readonly errors: number;
    readonly warnings: number;
    readonly notices: number;
    readonly allowed: number;
    readonly verdicts: Readonly<Record<LockVerdict, number>>;
  };
}
