import pg from 'pg';
import { isServerError } from '../../src/engine/postgres/sqlstate.js';
import { STATE } from '../../src/engine/postgres/states.js';
import { readScript } from './case.js';

export const ROLE = 'corpus_app';

const CONNECTIONS = 4;

/** The application of the corpus: the statements of application.sql, each in a transaction that is rolled back. */
export class Application {
  readonly #statements = readScript('application')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('--'));

  constructor(readonly url: string) {}

  /** Runs each statement once. @returns those that do not work, with PostgreSQL's words */
  async runOnce(): Promise<Map<string, string>> {
    const client = await this.#connect();
    try {
      const failed = new Map<string, string>();
      for (const statement of this.#statements) {
        const message = await attempt(client, statement);
        if (message !== undefined) failed.set(statement, message);
      }
      return failed;
    } finally {
      await client.end();
    }
  }

  /**
   * Half of the time that one look at every row of the largest table takes here and now, in milliseconds: whoever waits longer for a lock
   * waits for work that grows with the table, and not for a busy machine.
   */
  async patience(): Promise<number> {
    const client = await this.#connect();
    try {
      await client.query('set max_parallel_workers_per_gather = 0');
      const started = performance.now();
      await client.query('select count(*) from bookings where currency is null');
      return Math.ceil((performance.now() - started) / 2);
    } finally {
      await client.end();
    }
  }

  /**
   * Runs all statements again and again on several connections while `work` goes on.
   * @param patience in milliseconds
   * @returns those that waited longer than that for a lock
   */
  async runDuring(patience: number, work: () => Promise<void>): Promise<Set<string>> {
    const waited = new Set<string>();
    let over = false;
    const clients = await Promise.all(Array.from({ length: CONNECTIONS }, () => this.#connect()));
    const loop = async (client: pg.Client, at: number): Promise<void> => {
      await client.query(`set lock_timeout = ${patience}`);
      const mine = this.#statements.filter((_, index) => index % CONNECTIONS === at);
      for (let turn = 0; !over; turn += 1) {
        const statement = mine[turn % mine.length]!;
        if ((await attempt(client, statement)) === WAITED) waited.add(statement);
      }
    };
    try {
      const loops = clients.map(loop);
      await work().finally(() => (over = true));
      await Promise.all(loops);
      return waited;
    } finally {
      await Promise.all(clients.map((client) => client.end()));
    }
  }

  /** What the application can see: rows of each table and values of each column, by oid and number of the column: another name is no loss. */
  async census(): Promise<Map<string, { readonly name: string; readonly count: number }>> {
    const client = await this.#connect();
    try {
      const { rows: tables } = await client.query<{ oid: string; name: string; numbers: number[]; columns: string[] }>(TABLES);
      const seen = new Map<string, { name: string; count: number }>();
      for (const { oid, name, numbers, columns } of tables) {
        const counts = ['count(*)', ...columns.map((column) => `count(${column})`)];
        const { rows } = await client.query<string[]>({ text: `select ${counts.join(', ')} from ${name}`, rowMode: 'array' });
        const [all, ...values] = rows[0]!.map(Number);
        seen.set(oid, { name, count: all! });
        for (const [at, count] of values.entries()) seen.set(`${oid}.${numbers[at]}`, { name: `${name}.${columns[at]}`, count });
      }
      return seen;
    } finally {
      await client.end();
    }
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.url });
    await client.connect();
    await client.query(`set role ${ROLE}`);
    return client;
  }
}

const TABLES = `select c.oid::text, c.oid::regclass::text as name, array_agg(a.attnum order by a.attnum) as numbers,
    array_agg(quote_ident(a.attname) order by a.attnum) as columns
  from pg_class c join pg_attribute a on a.attrelid = c.oid
  where c.relkind in ('r', 'p') and c.relnamespace in (select oid from pg_namespace where nspname in ('public', 'archive'))
    and a.attnum > 0 and not a.attisdropped and has_table_privilege(c.oid, 'select') group by c.oid`;

const WAITED = 'waited';

/** @returns why it does not work; undefined where it does */
async function attempt(client: pg.Client, statement: string): Promise<string | undefined> {
  try {
    await client.query(`begin; ${statement}; rollback`);
    return undefined;
  } catch (error) {
    if (!isServerError(error)) throw error;
    await client.query('rollback');
    return error.code === STATE.lockNotAvailable ? WAITED : error.message;
  }
}
