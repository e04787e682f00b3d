import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { chooseCopying } from './copying.js';
import { COPY } from './names.js';

declare module 'pg' {
  // Left out by its types.
  interface Client {
    ref(): void;
    unref(): void;
  }
}

/** Milliseconds between two looks whether another process is done with a template. */
const LOOK = 50;

/** This process's use of a server. Its open connection, which carries the name of the run, says that it lives. */
export class TestServer {
  readonly #client: pg.Client;
  #made = 0;
  #working = 0;
  #last: Promise<unknown> = Promise.resolve();
  /** Names of work that goes on in this process: PostgreSQL gives a lock once more to the session that has it. */
  readonly #locked = new Set<string>();

  constructor(
    readonly url: string,
    readonly run: string,
    client: pg.Client,
    /** What follows CREATE DATABASE ... TEMPLATE ...: the way to copy that is fast here. */
    readonly copying: string,
  ) {
    this.#client = client;
  }

  /** Connects. */
  static async open(url: string): Promise<TestServer> {
    const run = `${COPY}${randomBytes(4).toString('hex')}`;
    const client = new pg.Client({ connectionString: url, application_name: run, keepAlive: true });
    // A server that goes away is the news of the next query.
    client.on('error', () => undefined);
    await client.connect();
    await client.query('set idle_session_timeout = 0');
    const copying = await chooseCopying(client, `${run}_0`);
    // A test process ends when its tests have ended.
    client.unref();
    return new TestServer(url, run, client, copying);
  }

  nextName(): string {
    return `${this.run}_${++this.#made}`;
  }

  urlOf(database: string): string {
    const made = new URL(this.url);
    made.pathname = `/${encodeURIComponent(database)}`;
    return made.href;
  }

  async query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    if (this.#working++ === 0) this.#client.ref();
    // One after the other: `pg` is going to do without a queue of its own.
    const asked = this.#last.then(() => this.#client.query<Row>(text, [...values]));
    this.#last = asked.catch(() => undefined);
    try {
      return (await asked).rows;
    } finally {
      if (--this.#working === 0) this.#client.unref();
    }
  }

  /** Works while nobody else does work of the same name on this server. Nothing waits inside PostgreSQL. */
  async locked(name: string, work: () => Promise<void>): Promise<void> {
    while (!(await this.ifFree(name, work))) await delay(LOOK);
  }

  /** Works unless somebody else does work of the same name on this server just now. @returns whether it did */
  async ifFree(name: string, work: () => Promise<void>): Promise<boolean> {
    if (this.#locked.has(name)) return false;
    this.#locked.add(name);
    const key = [`pawl test ${name}`];
    try {
      const [row] = await this.query<{ got: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as got', key);
      if (!row?.got) return false;
      try {
        await work();
        return true;
      } finally {
        await this.query('select pg_advisory_unlock(hashtextextended($1, 0))', key);
      }
    } finally {
      this.#locked.delete(name);
    }
  }
}
