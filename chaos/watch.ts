import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseApplicationName } from '../src/engine/lease/application.js';

/** What the newest look at the database saw. */
export interface Sight {
  /** Highest attempt among sessions of ours, and the client's port of the one that holds the lock. */
  readonly attempt: number;
  readonly port: number | undefined;
  readonly done: boolean;
}

const LOOK = `select application_name as application, client_port as port,
    exists (select from pg_locks l where l.pid = a.pid and l.locktype = 'advisory' and l.granted) as holds
  from pg_stat_activity a where datname = current_database() and application_name ~ '^pawl:'`;

const BROKEN = `select count(*)::int as broken from (
    select indexrelid from pg_index i where not indisvalid
      and not exists (select from pg_stat_progress_create_index p where p.relid = i.indrelid)
      and not exists (select from pg_stat_activity where state = 'active' and application_name ~ '^pawl:' and query ~* 'concurrently')
    union all select inhrelid from pg_inherits where inhdetachpending
      and not exists (select from pg_stat_activity where state = 'active' and application_name ~ '^pawl:' and query ~* 'concurrently')) b`;

/** Looks at a database ten times a second, across restarts of the server. */
export class Watch {
  sight: Sight = { attempt: 0, port: undefined, done: false };
  /** Times that something half done without anybody at work on it was seen. */
  recoveries = 0;
  private stopped = false;
  private broken = 0;
  private readonly running: Promise<void>;

  constructor(private readonly url: string) {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    let client: pg.Client | undefined;
    while (!this.stopped) {
      try {
        client ??= await this.connect();
        await this.look(client);
      } catch {
        // The server is away, or the ledger is not there yet.
        await client?.end().catch(() => undefined);
        client = undefined;
      }
      await sleep(100);
    }
    await client?.end().catch(() => undefined);
  }

  private async connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'chaos', connectionTimeoutMillis: 3_000 });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }

  private async look(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ application: string; port: number; holds: boolean }>(LOOK);
    const attempts = rows.map((row) => parseApplicationName(row.application)?.attempt ?? 0);
    const { rows: broken } = await client.query<{ broken: number }>(BROKEN);
    const now = broken[0]!.broken;
    this.recoveries += Math.max(now - this.broken, 0);
    this.broken = now;
    const { rows: done } = await client.query(`select from pawl.deploys where outcome = 'done'`).catch(() => ({ rows: [] }));
    this.sight = {
      attempt: Math.max(this.sight.attempt, ...attempts),
      port: rows.find((row) => row.holds)?.port,
      done: done.length > 0,
    };
  }
}

/** Whether a process has a TCP connection from a local port (Linux). */
export function ownsPort(pid: number, port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, '0');
  try {
    const inodes = readFileSync(`/proc/${pid}/net/tcp`, 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(`:${hex}`))
      .map((fields) => `socket:[${fields[9]}]`);
    return readdirSync(`/proc/${pid}/fd`).some((fd) => inodes.includes(linkOf(`/proc/${pid}/fd/${fd}`)));
  } catch {
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
