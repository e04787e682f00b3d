import type pg from 'pg';
import { STATE } from '../../engine/postgres/states.js';

/** What PostgreSQL says of its own work at DEBUG1 (tablecmds.c, index.c); names come without a schema. */
export interface Said {
  /** Indexes that were built: `building index "%s" on table "%s"`. */
  readonly built: readonly { readonly index: string; readonly table: string }[];
  /** Foreign keys whose rows were checked: `validating foreign key constraint "%s"`. */
  readonly checkedForeignKey: boolean;
  /** `relation "%s" already exists, skipping` and its kin (SQLSTATE 42P07, 42701). */
  readonly skipped: boolean;
  /** How many objects IF EXISTS did not find: `table "%s" does not exist, skipping`. */
  readonly absent: number;
}

interface Notice {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
}

/** Runs `work` and gathers what the server says meanwhile; needs client_min_messages = debug1 and lc_messages = C. */
export async function listen(client: pg.Client, work: () => Promise<void>): Promise<Said> {
  const notices: Notice[] = [];
  const hear = (notice: Notice) => notices.push(notice);
  client.on('notice', hear);
  try {
    await work();
  } finally {
    client.off('notice', hear);
  }
  const built = notices.flatMap(({ message = '' }) => {
    const [, index, table] = /^building index "(.*)" on table "(.*?)"(?: |$)/.exec(message) ?? [];
    return index !== undefined && table !== undefined ? [{ index, table }] : [];
  });
  return {
    built,
    checkedForeignKey: notices.some(({ message = '' }) => message.startsWith('validating foreign key constraint ')),
    skipped: notices.some(({ code = '' }) => SKIPPED.has(code)),
    absent: notices.filter(({ message = '' }) => message.endsWith(' does not exist, skipping')).length,
  };
}

/** What IF NOT EXISTS turns into a notice. */
const SKIPPED = new Set<string>([STATE.duplicateTable, STATE.duplicateColumn, STATE.duplicateObject]);
