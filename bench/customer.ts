import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two changes of an application. */
const PAUSE = 20;

export interface Waits {
  /** Milliseconds. */
  readonly worst: number;
  readonly p99: number;
  readonly count: number;
}

/** An application that changes one random row of a table (its `clicks`, by its `id`) after the other, and notes how long each change takes. */
export class Customer {
  readonly #waits: number[] = [];
  readonly #working: Promise<void>;
  #client: pg.Client | undefined;
  #stopped = false;
  #resting = false;
  #change: Promise<void> = Promise.resolve();

  constructor(
    readonly url: string,
    readonly table: string,
    rows: number,
  ) {
    this.#working = this.#work(rows);
  }

  /** Changes nothing more until it is told to work; returns when the change that it is at is over. */
  rest(): Promise<void> {
    this.#resting = true;
    return this.#change;
  }

  work(): void {
    this.#resting = false;
  }

  async stop(): Promise<Waits> {
    this.#stopped = true;
    await this.#working;
    const sorted = this.#waits.toSorted((a, b) => a - b);
    return { worst: sorted.at(-1) ?? 0, p99: sorted[Math.floor(sorted.length * 0.99)] ?? 0, count: sorted.length };
  }

  async #work(rows: number): Promise<void> {
    while (!this.#stopped) {
      if (!this.#resting) await (this.#change = this.#changeOne(1 + Math.floor(Math.random() * rows)));
      await sleep(PAUSE);
    }
    await this.#client?.end();
  }

  async #changeOne(id: number): Promise<void> {
    try {
      this.#client ??= await this.#connect();
      const started = performance.now();
      await this.#client.query(`update ${this.table} set clicks = clicks + 1 where id = $1`, [id]);
      this.#waits.push(performance.now() - started);
    } catch {
      // The server is away: that is no wait for a row.
      await this.#client?.end().catch(() => undefined);
      this.#client = undefined;
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url, application_name: 'shop' });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  }
}
