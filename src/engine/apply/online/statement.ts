import type { EngineError } from '../../error.js';
import type { Session } from '../../postgres/connect.js';

/** What a look at the catalog before a statement remembered, as JSON in its intent row. */
export type Remembered = Readonly<Record<string, unknown>>;

/**
 * A statement that PostgreSQL runs only outside a transaction. Its effect cannot commit together with our row, so the truth
 * about it is asked of the catalog, never of a command tag. Every method runs under the lock: nobody else of us is at work.
 */
export interface OnlineStatement {
  /** Words for progress and the audit: `CREATE INDEX CONCURRENTLY orders_created_idx`. */
  readonly title: string;
  /** What to send. */
  readonly sql: string;
  /** False for a statement whose effect the catalog does not show, and which may therefore simply run again. */
  readonly verifiable: boolean;
  /** Looks at the catalog before the first attempt; kept in the intent row for later ones. */
  remember(session: Session): Promise<Remembered>;
  /**
   * Whether the effect is there. `resumed` is true when an earlier attempt may have run it.
   * @throws EngineError when something else stands in its place
   */
  probe(session: Session, before: Remembered, resumed: boolean): Promise<'absent' | 'done' | 'broken'>;
  /** Whether it has the wanted result, once this session has run it to its end; by default, that a `probe` says done. */
  holds?(session: Session, before: Remembered): Promise<boolean>;
  /** Clears away what a broken attempt left, so that it can run again. */
  recover(session: Session, before: Remembered): Promise<void>;
  /** Says more about its failure than PostgreSQL did, once what it left is cleared away. */
  explain?(session: Session, failure: EngineError): Promise<EngineError>;
}
