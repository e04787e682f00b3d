import type pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseUrl } from '../address.js';
import { EngineError } from '../error.js';
import { open } from '../postgres/open.js';
import { CLOSED_PATH } from '../postgres/settings.js';
import { isConnectionLoss } from '../postgres/sqlstate.js';
import { readAppliedVersions } from './applied.js';
import { ledgerExists } from './header.js';

export interface AwaitOptions {
  readonly url: DatabaseUrl;
  readonly ledger: string;
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
 * Waits until versions are applied. It takes no lock and only reads, and keeps no connection between two looks while the database
 * is away: a service may call it at its start, as often as it likes.
 * @throws EngineError `AWAIT_TIMEOUT`; `CONNECT_FAILED` where waiting is no use (wrong password)
 */
export async function awaitApplied(options: AwaitOptions): Promise<void> {
  const deadline = options.within === undefined ? Infinity : Date.now() + options.within;
  let client: pg.Client | undefined;
  let told = '';
  let seenAt: string | undefined;
  try {
    for (;;) {
      let missing = options.versions;
      let problem: string | undefined;
      try {
        client ??= await open(options.url, 'pawl:await');
        // Locally: the session may belong to a pool.
        await client.query(`begin transaction isolation level read committed read only; set local ${CLOSED_PATH}`);
        const applied = (await ledgerExists(client, options.ledger))
          ? await readAppliedVersions(client, options.ledger)
          : new Set<string>();
        missing = options.versions.filter((version) => !applied.has(version));
        if (missing.length > 0) seenAt = undefined;
        else if (await isOnDisk(client, (seenAt ??= await walPosition(client)))) return;
        await client.query('commit');
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

/**
 * Inside a long run of migrations a commit is seen a moment before it would survive a crash of the server, and a service must not start
 * on one that would not: so the log is waited for up to where it was when all was seen. A standby has only what is on disk.
 */
async function isOnDisk(client: pg.Client, position: string): Promise<boolean> {
  const { rows } = await client.query<{ flushed: boolean }>(
    `select case when pg_catalog.pg_is_in_recovery() then true else pg_catalog.pg_current_wal_flush_lsn() - '0/0' >= $1::numeric end as flushed`,
    [position],
  );
  return rows[0]!.flushed;
}

/** Bytes of a WAL page, and of the longest header that one begins with: what is to be written next may be announced behind a header. */
const PAGE = 8192;
const HEADER = 40;

async function walPosition(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ bytes: string }>(
    `select (bytes - case when bytes % ${PAGE} <= ${HEADER} then bytes % ${PAGE} else 0 end)::text as bytes
     from (select case when pg_catalog.pg_is_in_recovery() then 0 else pg_catalog.pg_current_wal_insert_lsn() - '0/0' end as bytes) now`,
  );
  return rows[0]!.bytes;
}

function tooLate(missing: readonly string[], problem: string | undefined): EngineError {
  const shown = missing.length > 5 ? `${missing.slice(0, 5).join(', ')} and ${missing.length - 5} more` : missing.join(', ');
  return new EngineError('AWAIT_TIMEOUT', 'refused', `not applied in time: ${shown}${problem ? ` (${problem})` : ''}`, {
    next: 'See `pawl status`: the deploy may be running, blocked, or not started.',
  });
}
