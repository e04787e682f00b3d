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
  companions: ['databasechangeloglock'],
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

  lock: (client, tracker) => tryRow(client, lockTable(tracker), 'locked'),

  mirror(tracker, { version }) {
    const [filename, id, author] = version.split('::');
    return [
      `insert into ${relation(tracker)} (id, author, filename, dateexecuted, orderexecuted, exectype)
       values (${literal(id)}, ${literal(author)}, ${literal(filename)}, now(), (select coalesce(max(orderexecuted), 0) + 1 from ${relation(tracker)}), 'EXECUTED')`,
    ];
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
