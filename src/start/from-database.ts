import { readServerFacts, serverDifferences, type ServerFacts } from '../check/server-facts.js';
import { readStatistics } from '../check/read-statistics.js';
import type { CheckRemark } from '../check/report.js';
import type { DatabaseUrl } from '../engine/address.js';
import { EngineError } from '../engine/error.js';
import { findHeader } from '../engine/ledger/header.js';
import { seedLedger } from '../engine/ledger/seed.js';
import { planTarget } from '../engine/plan/plan.js';
import type { MigrationStage } from '../engine/files/stage.js';
import { identifier, literal } from '../engine/postgres/quote.js';
import { withClient } from '../engine/postgres/with-client.js';
import type { EngineTarget } from '../engine/target.js';
import { findDumpPrograms } from '../pg-dump/programs.js';
import { pgDump } from '../pg-dump/run.js';
import { applyDatabaseSettings, readDatabaseSettings } from './database-settings.js';
import { readDump } from './restore.js';
import type { Start } from './start.js';

export interface DatabaseStart {
  /** The real one. */
  readonly target: EngineTarget;
  /** As a report names it. */
  readonly name: string;
  /** Files of the target whose deploy is checked. */
  readonly stages: readonly MigrationStage[];
  /** Name of the target whose deploy is checked: the ledger's copy is for that. */
  readonly copyFor: Pick<EngineTarget, 'name' | 'ledger'>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where no pg_dump can read the server: makes the start state from those files that are applied. */
  readonly replay: (url: string, versions: ReadonlySet<string>) => Promise<void>;
}

/**
 * A copy of a real database without its rows, and what is applied there. The real one is only read: by pg_dump and in read-only
 * transactions.
 * @throws EngineError `CONNECT_*`, `START_STATE`
 */
export async function startFromDatabase(from: DatabaseStart): Promise<Start> {
  const { target, name, stages, copyFor } = from;
  const facts = await readServerFacts(target.url);
  const { applied, findings } = await planTarget(await whereItBelongs(target), stages);
  const drift = findings.map(({ severity, code, message, next }): CheckRemark => ({ severity, code, message, next }));
  const statistics = await readStatistics(target.url);
  const settings = await readDatabaseSettings(target.url);
  const common = { major: facts.major, statistics, rows: false };
  const like = async (url: string): Promise<CheckRemark[]> => [
    ...drift,
    ...(await applyDatabaseSettings(url, settings)),
    ...(await likeTheReal(url, facts)),
  ];
  const program = fittingPgDump(from.environment, facts.major);
  if (program === undefined) {
    return {
      ...common,
      name: `the files that ${name} has applied`,
      roles: [],
      runsFiles: true,
      async prepare(url) {
        await from.replay(url, new Set(applied.map(({ version }) => version)));
        return [noPgDump(facts.major), ...(await like(url))];
      },
    };
  }
  const dump = await readDump(await schemaOf(program, target.url, name), `the schema of ${name}`);
  return {
    ...common,
    name: `a copy of ${name}`,
    roles: dump.roles,
    async prepare(url) {
      await dump.restore(url);
      await seedLedger(url, copyFor, applied);
      return like(url);
    },
  };
}

/** A check may look at any environment: it deploys to none. */
async function whereItBelongs(target: EngineTarget): Promise<EngineTarget> {
  const header = await withClient(target.url, 'pawl:check', (client) => findHeader(client, target.ledger));
  return { ...target, environment: header?.environment ?? undefined };
}

/** A type change between timestamp and timestamptz depends on the time zone; all else that differs is only said. */
async function likeTheReal(url: string, real: ServerFacts): Promise<CheckRemark[]> {
  const database = new URL(url).pathname.slice(1);
  await withClient(url, 'pawl:check', (client) =>
    client.query(`alter database ${identifier(decodeURIComponent(database))} set timezone to ${literal(real.timeZone)}`),
  );
  return serverDifferences(real, await readServerFacts(url));
}

/** pg_dump reads servers of its own major version and of older ones. */
function fittingPgDump(environment: DatabaseStart['environment'], major: number): string | undefined {
  try {
    const programs = findDumpPrograms(environment);
    return programs.major >= major ? programs.pgDump : undefined;
  } catch (error) {
    if (error instanceof EngineError && error.code === 'SQUASH_PROGRAMS') return undefined;
    throw error;
  }
}

async function schemaOf(program: string, url: DatabaseUrl, name: string): Promise<string> {
  const options = ['--schema-only', '--no-owner', '--no-subscriptions', '--no-security-labels', '--no-tablespaces'];
  const { out, fault } = await pgDump(program, url, [...options, '--lock-wait-timeout=10000']);
  if (fault === undefined) return out;
  throw new EngineError('START_STATE', 'refused', `pg_dump cannot read the schema of ${name}: ${fault}`, {
    next: 'It needs SELECT on every table, such as pg_read_all_data gives. Or write the dump elsewhere and name the file: --from <file>.',
  });
}

function noPgDump(major: number): CheckRemark {
  return {
    severity: 'warning',
    code: 'START_FROM_FILES',
    message: `There is no pg_dump ${major} on this machine, so the start state is made from the files that are applied there, not from the schema.`,
    next: `Install PostgreSQL ${major}'s client programs, or name their folder in PAWL_POSTGRES_BIN: what others have made there is missing otherwise.`,
  };
}
