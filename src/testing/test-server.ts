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
    try {
      return (await this.#client.query(text, [...values])).rows as Row[];
    } finally {
      if (--this.#working === 0) this.#client.unref();
    }
  }

  /** Works while no other process does work of the same name on this server. Nothing waits inside PostgreSQL. */
  async locked<T>(name: string, work: () => Promise<T>): Promise<T> {
    const key = [`pawl test ${name}`];
    for (;;) {
      const [row] = await this.query<{ got: boolean }>('select pg_try_advisory_lock(hashtextextended($1, 0)) as got', key);
      if (row?.got) break;
      await delay(LOOK);
    }
    try {
      return await work();
    } finally {
      await this.query('select pg_advisory_unlock(hashtextextended($1, 0))', key);
    }
  }
}
