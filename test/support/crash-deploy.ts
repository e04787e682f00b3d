import { randomUUID } from 'node:crypto';
import type { EngineTarget } from '../../src/engine/target.js';
import { endAttempts, finishDeployOf, startAttempt, type Attempt, type AttemptOrder, type CrashSettings } from './attempt.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { runsStatement } from './runs-statement.js';

/** A database and a deploy to it that a test kills, pauses and repeats. */
export interface CrashDeploy {
  readonly database: TestDatabase;
  readonly order: AttemptOrder;
  /** A deploy of the same migrations that takes the place of the first, as a new run of the workflow does. */
  readonly successor: AttemptOrder;
  readonly start: (crash?: CrashSettings, order?: Partial<AttemptOrder>) => Attempt;
  readonly finish: () => ReturnType<typeof finishDeployOf>;
  /** Whether a session of ours runs a statement like this (SQL LIKE). */
  readonly runs: (like: string) => Promise<boolean>;
  readonly end: () => Promise<void>;
}

/** First migration of most: what effects are counted in. */
export const EFFECTS = [
  '1',
  'create table effects (id int generated always as identity primary key, version int not null); insert into effects (version) values (1);',
] as const;

export const effect = (version: number, more = ''): readonly [string, string] => [
  String(version),
  `insert into effects (version) values (${version}); ${more}`,
];

export async function createCrashDeploy(
  migrations: AttemptOrder['migrations'],
  settings: Partial<EngineTarget> = {},
  constraints?: AttemptOrder['constraints'],
): Promise<CrashDeploy> {
  const database = await createTestDatabase();
  const order = { url: database.url, deployId: randomUUID(), owner: 'temporal/test/crash', migrations, settings, constraints };
  return {
    database,
    order,
    successor: { ...order, deployId: randomUUID() },
    start: (crash, more) => startAttempt({ ...order, ...more }, crash),
    finish: () => finishDeployOf(order),
    runs: (like) => runsStatement(database, like),
    async end() {
      await endAttempts();
      await database.drop();
    },
  };
}
