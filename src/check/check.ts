import type pg from 'pg';
import { loadGrammar } from '../engine/files/statements.js';
import { open } from '../engine/postgres/open.js';
import type { BackfillSettings } from '../engine/target.js';
import { backfillCosts } from './backfill-cost.js';
import { readRelationFacts } from './facts/read-facts.js';
import { lint } from './lint.js';
import { lockReport } from './lock-report.js';
import type { CheckedMigration, CheckReport, Statistics } from './report.js';
import type { RuleContext } from './rules/rule.js';
import { placeAt } from '../engine/files/place.js';
import { migrationsOf, runStages, type CheckStage, type Run } from './run-stages.js';
import { summarise } from './summary.js';

export interface CheckOptions {
  /** Of a scratch database in which the start state stands; the migrations are run in it for good. */
  readonly url: string;
  /** In the order in which a deploy runs them; of migrations only what is pending. */
  readonly stages: readonly CheckStage[];
  /** Sizes on the real target; without them every table is taken for a large one. */
  readonly statistics?: Statistics | undefined;
  /**
   * What is new and has no users yet: what this `deploy` makes (default), or only what the same `migration` makes, for files that were
   * deployed one at a time.
   */
  readonly scope?: 'deploy' | 'migration' | undefined;
  /** The pace of backfills in the target. */
  readonly backfill?: BackfillSettings | undefined;
  /** Relations that another tool makes and alters: pattern of the qualified name to that tool's name. */
  readonly owners?: Readonly<Record<string, string>> | undefined;
  /** Schema of the ledger; `pawl` where nothing else is said. */
  readonly ledger?: string | undefined;
}

/**
 * Runs the stages one after another on a scratch database, measures what the migrations lock, rewrite and read, and holds them against
 * the rules. It stops at the first that fails: what comes after it is listed as not run.
 * @throws EngineError `CONNECT_*`; a stage that fails is part of the report
 */
export async function checkMigrations(options: CheckOptions): Promise<CheckReport> {
  await loadGrammar();
  const client = await open(options.url, 'pawl:check');
  try {
    const server = await readServer(client);
    const { runs, work } = await runStages(client, options.stages, options.scope ?? 'deploy');
    const context = {
      ...server,
      deploy: migrationsOf(options.stages),
      owners: options.owners ?? {},
      ledger: options.ledger ?? 'pawl',
    };
    const after = await readAfter(client, runs);
    const migrations = runs.map((run) => judge(run, { ...context, after }, options.statistics));
    const remarks = backfillCosts(runs, options.statistics, options.backfill);
    return {
      serverVersion: server.version,
      timeZone: server.timeZone,
      scope: options.scope ?? 'deploy',
      sized: options.statistics !== undefined,
      migrations,
      work,
      remarks,
      summary: summarise({ migrations, work, remarks }),
    };
  } finally {
    await client.end();
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
  context: Pick<RuleContext, 'serverVersion' | 'utc' | 'deploy' | 'owners' | 'ledger' | 'after'>,
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
    ...lint({ ...context, stage, migration, statements, locks, losses: trace?.losses ?? [] }, statistics),
  };
}

const READABLE = 120;

function oneLine(text: string): string {
  const line = text.replace(/--[^\n]*\n/g, ' ').replace(/\s+/g, ' ');
  return line.length <= READABLE ? line : `${line.slice(0, READABLE - 1)}…`;
}
