import type pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseUrl } from '../address.js';
import { EngineError } from '../error.js';
import { open } from '../postgres/open.js';
import { CLOSED_PATH } from '../postgres/settings.js';
import { isConnectionLoss } from '../postgres/sqlstate.js';
import { readFlushedVersions } from './flushed.js';
import { ledgerExists, refuseForeign, type LedgerOwner } from './header.js';
import { readable } from './readable.js';

export interface AwaitOptions {
  readonly url: DatabaseUrl;
  readonly ledger: string;
  /** Whose ledger it has to be; undefined takes any. */
  readonly owner?: Omit<LedgerOwner, 'ledger'> | undefined;
  /** Versions that must be applied, as the ledger has them. */
  readonly versions: readonly string[];
  /** Milliseconds; undefined waits without end. */
  readonly within?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called when what is missing changes, or the database cannot be asked. */
  readonly onWait?: ((missing: readonly string[], problem?: string) => void) | undefined;
}

/** Milliseconds between two looks. */
const POLL = 500;

/**
 * Waits until versions are applied, on disk and on the synchronous standbys. It takes no lock and only reads, and keeps no connection between two looks while the database
 * is away: a service may call it at its start, as often as it likes.
 * @throws EngineError `AWAIT_TIMEOUT`; where waiting is no use `CONNECT_FAILED` (wrong password), `LEDGER_FOREIGN_TARGET`, `LEDGER_OTHER_ENVIRONMENT`
 */
export async function awaitApplied(options: AwaitOptions): Promise<void> {
  const deadline = options.within === undefined ? Infinity : Date.now() + options.within;
  let client: pg.Client | undefined;
  let told = '';
  try {
    for (;;) {
      let missing = options.versions;
      let problem: string | undefined;
      try {
        const session = (client ??= await open(options.url, 'pawl:await'));
        // Locally: the session may belong to a pool.
        await session.query(`begin transaction isolation level read committed read only; set local ${CLOSED_PATH}`);
        const applied = await readable(session, options.ledger, () => readVersions(session, options));
        missing = options.versions.filter((version) => !applied.has(version));
        if (missing.length === 0) return;
        await session.query('commit');
      } catch (error) {
        if (!(error instanceof EngineError ? error.verdict === 'retry' : isConnectionLoss(error))) throw error;
        problem = (error as Error).message;
        await client?.end().catch(() => undefined);
        client = undefined;
      }
      const news = `${missing.join()} ${problem ?? ''}`;
      if (news !== told) options.onWait?.(missing, problem);
      told = news;
      if (Date.now() > deadline) throw tooLate(missing, problem);
      await sleep(POLL, undefined, options.signal ? { signal: options.signal } : {});
    }
  } finally {
    await client?.end();
  }
}

async function readVersions(client: pg.Client, { ledger, owner }: AwaitOptions): Promise<Set<string>> {
  const there = owner ? (await refuseForeign(client, { ...owner, ledger })) !== undefined : await ledgerExists(client, ledger);
  return there ? readFlushedVersions(client, ledger) : new Set();
}

function tooLate(missing: readonly string[], problem: string | undefined): EngineError {
  const shown = missing.length > 5 ? `${missing.slice(0, 5).join(', ')} and ${missing.length - 5} more` : missing.join(', ');
  return new EngineError('AWAIT_TIMEOUT', 'refused', `not applied in time: ${shown}${problem ? ` (${problem})` : ''}`, {
    next: 'See `pawl status`: the deploy may be running, blocked, or not started.',
  });
}
