import { recordEvent } from '../../ledger/events.js';
import { noteWait, type BackfillRow } from '../../ledger/backfills.js';
import { asOurselves } from '../own-rows.js';
import { companionOf, type Companion } from '../../postgres/companion.js';
import type { StopWhile } from '../../target.js';
import type { BatchContext } from './context.js';
import { Health } from './health.js';
import type { Hold } from './hold.js';

/** Milliseconds between two looks. */
const INTERVAL = 1_000;
/** A wait of so many milliseconds goes into the audit. */
const LASTING = 60_000;

/** Lets batches through, unless something that the target names stands against it; looks from the second connection. */
export class Gate {
  readonly #companion: Companion;
  readonly #health: Health;
  #lookedAt = 0;
  #hold: Hold | undefined;
  #since = 0;

  constructor(readonly context: BatchContext) {
    this.#companion = companionOf(context.target.url);
    this.#health = new Health(context.session.pid, context.table.oid);
  }

  /** @returns what holds the next batch up; undefined where nothing does */
  async holds({ version }: BackfillRow, stopWhile: StopWhile): Promise<Hold | undefined> {
    if (Date.now() - this.#lookedAt < INTERVAL) return this.#hold;
    const hold = await this.#health.hold(this.#companion, stopWhile);
    this.#lookedAt = Date.now();
    await this.#note(version, hold);
    return hold;
  }

  close(): Promise<void> {
    return this.#companion.release();
  }

  async #note(version: string, hold: Hold | undefined): Promise<void> {
    const before = this.#hold;
    this.#hold = hold;
    if (hold?.why === before?.why) return;
    const { session, target, owner } = this.context;
    if (before === undefined) this.#since = Date.now();
    const milliseconds = Date.now() - this.#since;
    await asOurselves(session.client, async () => {
      await noteWait(session.client, target.ledger, version, hold?.why ?? null);
      if (hold !== undefined || milliseconds < LASTING) return;
      const detail = { reason: before!.why, milliseconds };
      await recordEvent(session.client, target, { kind: 'backfill.waited', deployId: owner.deployId, version, detail });
    });
  }
}
