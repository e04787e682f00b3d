import type { EngineError } from '../error.js';
import type { Session } from '../postgres/connect.js';
import type { OnlineStatement } from './online/statement.js';

/**
 * A piece of a statement that is put on in several pieces, so that none of them holds a strong lock for long. Each has an entry of its
 * own in the journal. The same statement always gives the same number of steps, whatever the database has already.
 */
export type Step = { readonly kind: 'online'; readonly online: OnlineStatement } | ({ readonly kind: 'step' } & TransactionStep);

/** A step that commits in one transaction with its entry in the journal. */
export interface TransactionStep {
  /** Words for progress: `validate constraint orders_customer`. */
  readonly title: string;
  /**
   * Looks at the catalog. @returns the one statement that is to be run, or undefined when its effect is there
   * @throws EngineError when something else stands in its place
   */
  prepare(session: Session): Promise<string | undefined>;
  /** Says more about its failure than PostgreSQL did. */
  explain?(session: Session, failure: EngineError): Promise<EngineError>;
}
