import { EngineError } from '../engine/error.js';
import { applyPending } from '../engine/acts/apply.js';
import type { Control } from '../engine/control.js';
import { findCollisions } from '../engine/files/collisions.js';
import { discoverMigrations, type Source } from '../engine/files/discover.js';
import type { Migration } from '../engine/files/migration.js';
import { takeOutTransactions } from '../engine/files/own-transaction.js';
import type { EngineTarget } from '../engine/target.js';
import { inProcess } from './in-process.js';

/** Schema of the ledger on a throwaway database: out of the way of any that the migrations make. */
export const REPLAY_LEDGER = 'pawl_replay';

/**
 * Applies a directory of migrations to an empty throwaway database, with the transaction boundaries of a real deploy: pairs of BEGIN and COMMIT in
 * the files are passed over, since nothing of a throwaway database has to be kept.
 * @param root folder that the source's directory is relative to
 * @throws EngineError for the first file that cannot be read or applied
 */
export async function replayDirectory(url: string, source: Source, root: string, control: Control): Promise<void> {
  const { migrations, faults } = await discoverMigrations(source, root);
  const directory = [source.directory].flat().join(', ');
  const [fault] = [...faults, ...findCollisions(migrations)];
  if (fault) throw fault;
  if (migrations.length === 0) {
    throw new EngineError('FILES_MISSING_DIRECTORY', 'refused', `${directory} holds no migrations`, {
      next: 'Name a directory with SQL migrations.',
    });
  }
  await replayMigrations(url, directory, migrations, control);
}

/** Applies those of some migrations that a throwaway database does not have yet. @throws EngineError for the first that fails */
export async function replayMigrations(
  url: string,
  name: string,
  migrations: readonly Migration[],
  control: Control,
): Promise<void> {
  const stage = { kind: 'migrate' as const, name, migrations: await takeOutTransactions(migrations) };
  await inProcess(replayTarget(url), { release: 'replay', label: 'replay', by: 'pawl' }, [stage], control, (owner, begun) =>
    applyPending(
      { target: replayTarget(url), owner, stage, after: begun.plan.position, limit: Infinity, milliseconds: Infinity },
      control,
    ),
  );
}

function replayTarget(url: string): EngineTarget {
  return {
    name: 'replay',
    url,
    ledger: REPLAY_LEDGER,
    lockTimeout: 10_000,
    statementTimeout: 0,
    late: 'apply',
    retired: [],
    showQueries: false,
    showValues: true,
  };
}
