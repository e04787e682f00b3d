import type pg from 'pg';
import { segmentsOf, statementsOf } from '../../src/engine/apply/segments.js';
import { parseStatements } from '../../src/engine/files/statements.js';
import { dropDatabase, onServer } from '../../src/embedded/database.js';
import { isServerError } from '../../src/engine/postgres/sqlstate.js';
import { Application } from './application.js';
import { HARMS, type Case, type Harm } from './case.js';

/** What was seen when a migration ran beside the application. */
export interface Measured {
  readonly harms: readonly Harm[];
  /** What was seen of it, for a person. */
  readonly seen: readonly string[];
}

/**
 * Runs a migration for good on a copy of a database while the application works there, and looks at the application: before, meanwhile,
 * and afterwards. A busy machine lets somebody wait who would not have to, so what contradicts the file counts only when it was seen
 * in two of three runs.
 * @param template with many rows
 */
export async function measureHarms(server: string, template: string, one: Case): Promise<Measured> {
  const runs = [await measureOnce(server, template, one)];
  if (isAsSaid(runs[0]!, one)) return runs[0]!;
  runs.push(await measureOnce(server, template, one), await measureOnce(server, template, one));
  const harms = HARMS.filter((harm) => runs.filter((run) => run.harms.includes(harm)).length > 1);
  return { harms, seen: [...new Set(runs.flatMap(({ seen }) => seen))] };
}

export function isAsSaid({ harms }: Measured, one: Pick<Case, 'harms'>): boolean {
  return harms.join() === one.harms.join();
}

async function measureOnce(server: string, template: string, one: Case): Promise<Measured> {
  const database = 'corpus_truth';
  const copied = `create database ${database} template ${template}`;
  await onServer(server, async (client) => {
    const { rows } = await client.query<{ number: number }>(`select current_setting('server_version_num')::int as number`);
    await client.query(rows[0]!.number < 150000 ? copied : `${copied} strategy file_copy`);
  });
  const url = new URL(server);
  url.pathname = `/${database}`;
  try {
    const application = new Application(url.href);
    const broken = await application.runOnce();
    if (broken.size > 0) throw new Error(`the application does not work: ${[...broken].flat().join(': ')}`);
    const before = await application.census();
    let refused: string | undefined;
    const waited = await application.runDuring(await application.patience(), () =>
      onServer(url.href, async (client) => {
        refused = await deploy(client, one);
      }),
    );
    const failed = await application.runOnce();
    if (refused !== undefined) failed.set('the migration itself', refused);
    const after = await application.census();
    const lost = [...before].filter(([key, { count }]) => (after.get(key)?.count ?? 0) < count).map(([, { name }]) => name);
    return {
      harms: HARMS.filter((harm) => ({ waits: waited, fails: failed, loses: new Set(lost) })[harm].size > 0),
      seen: [
        ...[...waited].map((statement) => `waits: ${statement}`),
        ...[...failed].map(([statement, message]) => `fails: ${statement} (${message})`),
        ...lost.map((name) => `loses: ${name}`),
      ],
    };
  } finally {
    await dropDatabase(server, database);
  }
}

/** With the transactions that a deploy gives it. @returns why it does not run; undefined where it does */
async function deploy(client: pg.Client, { migration }: Case): Promise<string | undefined> {
  try {
    for (const segment of segmentsOf(migration, parseStatements(migration.sql, migration.path))) {
      const inTransaction = segment.kind === 'transaction';
      if (inTransaction) await client.query('begin');
      for (const { text } of statementsOf(segment)) await client.query(text);
      if (inTransaction) await client.query('commit');
    }
    return undefined;
  } catch (error) {
    if (!isServerError(error)) throw error;
    return error.message;
  }
}
