import type pg from 'pg';
import type { Migration } from '../files/migration.js';
import { loadGrammar } from '../files/statements.js';
import type { MigrationStage } from '../plan/stage.js';
import { open } from '../postgres/connect.js';
import { readRelationFacts } from './facts/read-facts.js';
import { failureOf } from './failure.js';
import { lint } from './lint.js';
import { lockReport } from './lock-report.js';
import type { CheckedMigration, CheckReport, Statistics } from './report.js';
import type { RuleContext } from './rules/rule.js';
import { placeAt } from '../files/statements.js';
import { summarise } from './summary.js';
import { readRelations, type Relations } from './trace/relations.js';
import type { MigrationTrace } from './trace/statement-trace.js';
import { traceMigration } from './trace/trace-migration.js';

export interface CheckOptions {
  /** Of a scratch database in which the start state stands; the migrations are run in it for good. */
  readonly url: string;
  /** In the order in which a deploy runs them; only what is pending. */
  readonly stages: readonly Pick<MigrationStage, 'kind' | 'name' | 'migrations'>[];
  /** Sizes on the real target; without them every table is taken for a large one. */
  readonly statistics?: Statistics | undefined;
  /**
   * What is new and has no users yet: what this `deploy` makes (default), or only what the same `migration` makes, for files that were
   * deployed one at a time.
   */
  readonly scope?: 'deploy' | 'migration' | undefined;
  /** Relations that another tool makes and alters: pattern of the qualified name to that tool's name. */
  readonly owners?: Readonly<Record<string, string>> | undefined;
}

interface Run {
  readonly stage: string;
  readonly migration: Migration;
  readonly relations: Relations;
  readonly trace?: MigrationTrace | undefined;
  readonly failure?: CheckedMigration['failure'];
}

/**
 * Runs the migrations one after another on a scratch database, measures what they lock, rewrite and read, and holds them against
 * the rules. It stops at the first that fails: those after it are listed as not run.
 * @throws EngineError `CONNECT_*`; a migration that fails is part of the report
 */
export async function checkMigrations(options: CheckOptions): Promise<CheckReport> {
  await loadGrammar();
  const client = await open(options.url, 'pawl:check');
  try {
    const server = await readServer(client);
    const runs = await runAll(client, options);
    const context = { ...server, deploy: staged(options), owners: options.owners ?? {} };
    const after = await readAfter(client, runs);
    const migrations = runs.map((run) => judge(run, { ...context, after }, options.statistics));
    return {
      serverVersion: server.version,
      timeZone: server.timeZone,
      sized: options.statistics !== undefined,
      migrations,
      summary: summarise(migrations),
    };
  } finally {
    await client.end();
  }
}

function staged({ stages }: CheckOptions): { stage: string; migration: Migration }[] {
  return stages.flatMap(({ name, migrations }) => migrations.map((migration) => ({ stage: name, migration })));
}

async function runAll(client: pg.Client, options: CheckOptions): Promise<Run[]> {
  const all = staged(options);
  const runs: Run[] = [];
  let relations = await readRelations(client);
  for (const [index, { stage, migration }] of all.entries()) {
    if (runs.at(-1)?.failure || (runs.at(-1) && !runs.at(-1)?.trace)) {
      runs.push({ stage, migration, relations });
      continue;
    }
    if (options.scope === 'migration') relations = await readRelations(client);
    runs.push(await runOne(client, { stage, migration, relations }, all.slice(index + 1)));
  }
  return runs;
}

async function runOne(client: pg.Client, run: Run, later: readonly { stage: string; migration: Migration }[]): Promise<Run> {
  try {
    const trace = await traceMigration(client, run.migration, run.relations);
    if (!trace.error) return { ...run, trace };
    return { ...run, trace, failure: failureOf(trace.error.cause, run, trace.error.statement, later) };
  } catch (error) {
    return { ...run, failure: failureOf(error, run, undefined, later) };
  }
}

async function readServer(
  client: pg.Client,
): Promise<{ version: string; serverVersion: number; timeZone: string; utc: boolean }> {
  const { rows } = await client.query<{ version: string; number: number; zone: string; utc: boolean }>(
    `select split_part(current_setting('server_version'), ' ', 1) as version, current_setting('server_version_num')::int as number,
            current_setting('TimeZone') as zone, current_setting('TimeZone') in ('UTC', 'Etc/UTC', 'GMT', 'Etc/GMT') as utc`,
  );
  const { version, number, zone, utc } = rows[0]!;
  return { version, serverVersion: number, timeZone: zone, utc };
}

/** What the relations that the deploy names have become, by oid. */
async function readAfter(client: pg.Client, runs: readonly Run[]): Promise<RuleContext['after']> {
  const oids = runs.flatMap(
    ({ trace }) => trace?.statements.flatMap(({ facts }) => [...facts.relations.values()].map(({ oid }) => oid)) ?? [],
  );
  return readRelationFacts(client, [...new Set(oids)], { has: () => true });
}

function judge(
  run: Run,
  context: Pick<RuleContext, 'serverVersion' | 'utc' | 'deploy' | 'owners' | 'after'>,
  statistics: Statistics | undefined,
): CheckedMigration {
  const { stage, migration, trace, failure, relations } = run;
  const { version, name, path } = migration;
  const statements = trace?.statements ?? [];
  const locks = lockReport(statements, relations, statistics);
  return {
    stage,
    version,
    name,
    path,
    outcome: failure ? 'failed' : trace ? 'ran' : 'not run',
    failure,
    milliseconds: trace?.milliseconds ?? 0,
    statements: statements.map(({ statement, commit, outcome }) => ({
      line: placeAt(migration.sql, statement.start, path).line,
      text: oneLine(statement.text),
      commit,
      outcome,
    })),
    locks,
    ...lint({ ...context, stage, migration, statements, locks }, statistics),
  };
}

const READABLE = 120;

function oneLine(text: string): string {
  const line = text.replace(/--[^\n]*\n/g, ' ').replace(/\s+/g, ' ');
  return line.length <= READABLE ? line : `${line.slice(0, READABLE - 1)}…`;
}
