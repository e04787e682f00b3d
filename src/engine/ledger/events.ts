import type pg from 'pg';
import { identifier, literal } from '../postgres/quote.js';
import type { EngineTarget } from '../target.js';

type Nothing = Readonly<Record<never, never>>;

interface Blockers {
  readonly blockers: readonly {
    readonly pid: number;
    readonly application: string;
    readonly user: string;
    readonly state: string;
  }[];
}

/** A decision of an operator; the key is the same for each attempt to record it. */
interface Decided {
  readonly decision: string;
}

/** An approval; a signed one with all that its proof needs: the line, the signature over it, the fingerprint of the key. */
interface Approved extends Decided {
  readonly signed?: { readonly line: string; readonly signature: string; readonly key: string } | undefined;
}

/** Every kind of event that the audit tells of, with what its `detail` holds. Nothing else is written or looked for. */
export interface EventDetails {
  readonly 'deploy.started': {
    readonly release: string;
    readonly label: string;
    readonly owner: string;
    /** Such as `orders on db.example`. */
    readonly database: string;
    readonly environment: string | undefined;
    /** The version that it ends with, where it is not to apply everything. */
    readonly to: string | undefined;
  };
  readonly 'deploy.done': Nothing;
  readonly 'deploy.cancelled': Nothing;
  readonly 'deploy.superseded': Nothing;
  readonly 'deploy.failed': Nothing;
  readonly 'deploy.refused': Nothing;
  /** A stage that holds no migrations; times in milliseconds. */
  readonly 'stage.ended': {
    readonly name: string;
    readonly stage: string;
    readonly state: string;
    readonly milliseconds: number;
  };
  /** An attempt that failed; `attempt` tells one from another. */
  readonly 'migration.failed': {
    readonly code?: string | undefined;
    readonly verdict?: string | undefined;
    readonly sqlstate?: string | undefined;
    readonly place?: object | undefined;
    readonly message?: string | undefined;
    readonly next?: string | undefined;
    readonly attempt: number;
  };
  readonly 'migration.waited': Blockers & { readonly name: string; readonly milliseconds: number };
  /** Bytes of the indexes of the table that it changes, by name. */
  readonly 'backfill.began': { readonly indexes: Readonly<Record<string, number>> };
  /** What it has done, and the indexes that have grown (bytes). */
  readonly 'backfill.done': {
    readonly rows: number;
    readonly batches: number;
    readonly indexes: readonly { readonly name: string; readonly before: number; readonly after: number }[];
  };
  /** An operator has changed the pace of a backfill (milliseconds, share), or paused it or let it go on. */
  readonly 'backfill.tuned': {
    readonly batch: number | undefined;
    readonly pace: number | undefined;
    readonly paused: boolean | undefined;
  };
  /** What a backfill stopped for, and how long. */
  readonly 'backfill.waited': { readonly reason: string; readonly milliseconds: number };
  readonly 'migration.skipped': Nothing;
  readonly 'migration.rolled-back': Nothing;
  readonly 'operator.hold': Decided;
  readonly 'operator.resume': Decided;
  readonly 'operator.retry': Decided;
  readonly 'operator.skip': Decided;
  readonly 'operator.approve': Approved;
  readonly 'operator.cancel': Decided;
  readonly 'lease.taken-over': { readonly epoch: number; readonly from: string | null };
  readonly 'lock.broken': Nothing;
  readonly 'ledger.upgraded': { readonly from: number; readonly to: number };
  readonly 'ledger.joined': Readonly<Record<string, unknown>>;
  readonly 'ledger.claimed': Readonly<Record<string, unknown>>;
  readonly 'ledger.checksum': { readonly versions: readonly string[] };
  readonly 'ledger.rename': Readonly<Record<string, unknown>>;
  readonly 'ledger.accept': Readonly<Record<string, unknown>>;
  readonly 'ledger.forget': Readonly<Record<string, unknown>>;
  readonly 'ledger.mark-applied': Readonly<Record<string, unknown>>;
  readonly adopted: Readonly<Record<string, unknown>>;
  readonly 'adopted.retired': { readonly tables: readonly string[] };
  readonly squashed: { readonly from: string; readonly to: string; readonly versions: readonly string[] };
}

export type EventKind = keyof EventDetails;

/** One line of the audit: what happened, to which migration, by whom and why. Never SQL text or row values. */
export interface LedgerEvent<K extends EventKind = EventKind> {
  readonly kind: K;
  readonly deployId?: string | undefined;
  readonly version?: string | undefined;
  readonly by?: string | undefined;
  readonly reason?: string | undefined;
  /** When it happened; now where nothing is said. */
  readonly at?: Date | undefined;
  readonly detail?: EventDetails[K] | undefined;
}

/** Characters of one text in the audit: an error message may be as long as a file. */
const LONGEST = 20_000;

/** Appends to the audit, in the caller's transaction where there is one. */
export async function recordEvent<K extends EventKind>(
  client: pg.Client,
  { ledger }: Pick<EngineTarget, 'ledger'>,
  event: LedgerEvent<K>,
): Promise<void> {
  await client.query(eventInsert(ledger, [event]));
}

/**
 * The same as a statement. What somebody did has the role beside it that the database let in: `by` is what the caller says.
 * @param from what has to have rows for the events to be written
 */
export function eventInsert(ledger: string, events: readonly LedgerEvent[], from?: string): string {
  const rows = events.map(({ kind, deployId, version, by, reason, detail, at }) => {
    const text = JSON.stringify(detail ?? {}, (_, value: unknown) => (typeof value === 'string' ? cut(value) : value));
    const known = `${literal(text)}::pg_catalog.jsonb`;
    const vouched = `pg_catalog.jsonb_set(${known}, '{role}'::pg_catalog.text[], pg_catalog.to_jsonb(session_user::pg_catalog.text))`;
    const when = at === undefined ? 'pg_catalog.clock_timestamp()' : `${literal(at.toISOString())}::pg_catalog.timestamptz`;
    const texts = [kind, deployId, version, cut(by), cut(reason)].map((value) => `${literal(value)}::pg_catalog.text`);
    return `(${[...texts, by === undefined ? known : vouched, when].join(', ')})`;
  });
  return `insert into ${identifier(ledger)}.events (kind, deploy_id, version, by, reason, detail, at)
    select happened.* from (values ${rows.join(', ')}) as happened${from === undefined ? '' : `, ${from}`}`;
}

/** Neither text nor jsonb takes a NUL, and jsonb no half character. */
function cut(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length - LONGEST} more characters)` : text;
  return short.replaceAll('\u0000', '').replace(/\p{Cs}/gu, '\ufffd');
}

/** Whether an entry of the log tells of a person's decision about a deploy. */
export function isDecision({ kind }: { readonly kind: string }): boolean {
  return kind.startsWith('operator.') || kind === ('migration.skipped' satisfies EventKind);
}

/** Whether an entry of the log is of a kind; its detail is then of that kind. */
export function isEvent<K extends EventKind>(
  entry: { readonly kind: string; readonly detail: unknown },
  kind: K,
): entry is { readonly kind: K; readonly detail: EventDetails[K] } {
  return entry.kind === kind;
}
