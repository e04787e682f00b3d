import { CHECKSUM_ALGORITHM } from '../files/checksum.js';
import { EngineError } from '../error.js';
import type { Control } from '../control.js';
import { fileFingerprint } from '../files/fingerprint.js';
import type { Migration } from '../files/migration.js';
import { loadGrammar } from '../files/statements.js';
import { mirrorOf } from '../legacy/mirror.js';
import { withLock } from '../lease/with-lock.js';
import type { MigrationStage } from '../files/stage.js';
import { identifier, literal } from '../postgres/quote.js';
import type { EngineTarget, Owner } from '../target.js';
import { putApplied, readApplied, type AppliedMigration } from '../ledger/applied.js';
import { recordEvent } from '../ledger/events.js';
import { markFlushed } from '../ledger/flushed.js';
import { forgetIntents } from '../ledger/intents.js';

/**
 * What a person may change in the applied set, instead of editing its table:
 * `rename` takes over the file's new name, `accept` its new text, `forget` removes the row so that the file is pending again,
 * `mark-applied` adds a row for a file whose effect is in the database already.
 */
export type Amendment = 'rename' | 'accept' | 'forget' | 'mark-applied';

export interface AmendRequest {
  readonly amendment: Amendment;
  readonly version: string;
  readonly by: string;
  readonly reason: string;
}

/**
 * Changes one row of the applied set and says so in the audit, in one transaction under the lock.
 * @returns a sentence that says what changed
 * @throws EngineError `AMEND_IMPOSSIBLE` when the row or the file is not as the amendment needs it
 */
export async function amendLedger(
  target: EngineTarget,
  owner: Owner,
  stages: readonly MigrationStage[],
  request: AmendRequest,
  control: Control,
): Promise<string> {
  await loadGrammar();
  return withLock(target, owner, control, async ({ client }) => {
    const { amendment, version, by, reason } = request;
    const applied = await readApplied(client, target.ledger);
    const row = applied.find((each) => each.version === version);
    const stage = stages.find(({ migrations }) => migrations.some((migration) => migration.version === version));
    const file = stage?.migrations.find((migration) => migration.version === version);
    const change = amend(target, owner, {
      amendment,
      version,
      row,
      file,
      stage: stage?.name ?? '',
      note: `${amendment} by ${by}: ${reason}`,
    });
    const mirror = await mirrorOf(client, target, stages);
    const mirrored = [
      ...((row &&
        mirror?.remove(
          row,
          applied.map((each) => each.version),
        )) ??
        []),
      ...((amendment !== 'forget' && file && mirror?.add(file)) || []),
    ];
    await client.query('begin');
    await client.query([change.sql, ...mirrored, ...markFlushed(target.ledger)].join('; '));
    await recordEvent(client, target, {
      kind: `ledger.${amendment}`,
      deployId: owner.deployId,
      version,
      by,
      reason,
      detail: change.detail,
    });
    await client.query('commit');
    return change.sentence;
  });
}

interface Subject {
  readonly amendment: Amendment;
  readonly version: string;
  readonly row: AppliedMigration | undefined;
  readonly file: Migration | undefined;
  readonly stage: string;
  readonly note: string;
}

interface Change {
  readonly sql: string;
  readonly sentence: string;
  readonly detail: Readonly<Record<string, unknown>>;
}

function amend(target: EngineTarget, owner: Owner, { amendment, version, row, file, stage, note }: Subject): Change {
  const table = `${identifier(target.ledger)}.applied_migrations`;
  const where = `where version = ${literal(version)}`;
  if (amendment === 'mark-applied') {
    if (row) throw impossible(`version ${version} is applied already (${row.name})`, 'There is nothing to mark.');
    const migration = needFile(version, file);
    const rows = putApplied(target.ledger, owner, {
      migration,
      statementsChecksum: fileFingerprint(migration),
      stage,
      late: false,
      source: 'adopted',
      note,
      before: null,
    });
    return {
      sql: [...rows, forgetIntents(target.ledger, version)].join('; '),
      sentence: `${migration.name} counts as applied; it was not run`,
      detail: { name: migration.name },
    };
  }
  if (!row) throw impossible(`version ${version} is not in the ledger`, 'See `pawl log` and `pawl plan` for what is.');
  if (amendment === 'forget') {
    return {
      sql: `delete from ${table} ${where}`,
      sentence: `${row.name} is forgotten: the next deploy applies its file again`,
      detail: { name: row.name, checksum: row.checksum },
    };
  }
  const migration = needFile(version, file);
  if (amendment === 'rename') {
    if (row.checksum !== null && row.checksum !== migration.checksum) {
      throw impossible(
        `${migration.path} is not what was applied as ${row.name}: its content differs`,
        'Give the new file a version of its own; or, if the edit is meant, accept it first.',
      );
    }
    return {
      sql: `update ${table} set name = ${literal(migration.name)} ${where}`,
      sentence: `${row.name} is now known as ${migration.name}`,
      detail: { from: row.name, to: migration.name },
    };
  }
  const values = `checksum = ${literal(migration.checksum)}, checksum_algorithm = ${literal(CHECKSUM_ALGORITHM)}, statements_checksum = ${literal(fileFingerprint(migration))}`;
  return {
    sql: `update ${table} set ${values} ${where}`,
    sentence: `${migration.name} counts as applied with its present text`,
    detail: { from: row.checksum, to: migration.checksum },
  };
}

function needFile(version: string, file: Migration | undefined): Migration {
  if (file) return file;
  throw impossible(
    `no file has version ${version}`,
    'Check out the release that has it; versions are those that `pawl plan` shows.',
  );
}

function impossible(message: string, next: string): EngineError {
  return new EngineError('AMEND_IMPOSSIBLE', 'refused', message, { next });
}
