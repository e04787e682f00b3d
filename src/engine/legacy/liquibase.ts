import { posix } from 'node:path';
import type { Migration } from '../files/migration.js';
import { literal } from '../postgres/quote.js';
import type { LegacyClaim } from './claim.js';
import { dirty } from './dirty.js';
import { isRowLocked, tryRow } from './lock-row.js';
import { relation } from './tables.js';
import type { LegacyTool, LegacyTracker } from './tool.js';

interface Row {
  readonly id: string;
  readonly author: string;
  readonly filename: string;
}

const lockTable = ({ schema }: LegacyTracker): string => relation({ schema, table: 'databasechangeloglock' });

/**
 * Liquibase writes a row after each changeset, apart from it. A changeset is known by file, id and author; the file's path counts from
 * another folder than ours at times. Its checksums are over its own model of a change, not over text.
 */
export const liquibase: LegacyTool = {
  name: 'liquibase',
  shape: {
    table: 'databasechangelog',
    columns: { id: /^character varying$/, author: /^character varying$/, filename: /^character varying$/, md5sum: /./ },
  },
  companions: { databasechangeloglock: ['lockgranted', 'lockedby'] },
  rowsMayLag: true,

  async read(client, tracker, migrations) {
    const { rows } = await client.query<Row>(
      `select id, author, filename from ${relation(tracker)} where exectype in ('EXECUTED', 'RERAN', 'MARK_RAN') order by orderexecuted`,
    );
    return {
      claims: rows.map((row) => claimOf(row, migrations)),
      dirty: (await isRowLocked(client, lockTable(tracker), 'locked'))
        ? [
            dirty(
              tracker,
              'is locked (databasechangeloglock.locked): Liquibase is at work, or ended without giving its lock back',
              'Wait for it; or, if no Liquibase runs any more, `liquibase release-locks`. Then deploy again.',
            ),
          ]
        : [],
    };
  },

  lockName: 'row databasechangeloglock.locked',
  lock: (client, tracker) => tryRow(client, lockTable(tracker), 'locked'),

  /** Without a checksum: Liquibase computes it at its next run. The path begins as the last one does. */
  mirror: {
    add(tracker, { version }) {
      const [file = '', id, author] = version.split('::');
      const row = `(select filename from ${relation(tracker)} order by orderexecuted desc limit 1)`;
      const path = `coalesce((select filename from ${relation(tracker)} where filename = ${literal(file)} or right(filename, ${file.length + 1}) = ${literal(`/${file}`)} limit 1),
        regexp_replace(${row}, '[^/]*$', '') || ${literal(posix.basename(file))}, ${literal(file)})`;
      return [
        `insert into ${relation(tracker)} (id, author, filename, dateexecuted, orderexecuted, exectype)
         values (${literal(id)}, ${literal(author)}, ${path}, now(), (select coalesce(max(orderexecuted), 0) + 1 from ${relation(tracker)}), 'EXECUTED')`,
      ];
    },
    remove(tracker, { version }) {
      const [file = '', id, author] = version.split('::');
      return [
        `delete from ${relation(tracker)} where id = ${literal(id)} and author = ${literal(author)} and right(filename, ${posix.basename(file).length}) = ${literal(posix.basename(file))}`,
      ];
    },
  },
};

function claimOf({ id, author, filename }: Row, migrations: readonly Migration[]): LegacyClaim {
  const path = posix.normalize(filename.replace(/^classpath:/, ''));
  const own = migrations.filter(({ version }) => version.endsWith(`::${id}::${author}`));
  const migration =
    own.find(({ version }) => version === `${path}::${id}::${author}`) ??
    own.find((each) => endsWithPath(each.path, path) || endsWithPath(path, each.version.split('::')[0]!));
  const identity = `${path}::${id}::${author}`;
  return { version: migration?.version ?? identity, name: migration?.name ?? identity, content: 'unknown', assumed: false };
}

function endsWithPath(path: string, end: string): boolean {
  return path === end || path.endsWith(`/${end}`);
}
