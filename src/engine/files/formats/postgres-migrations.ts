import { someFile } from '../file-fault.js';
import type { MigrationFormat } from '../format.js';
import { numbered } from '../numbered.js';

const DISABLE = '-- postgres-migrations disable-transaction';

/** postgres-migrations, of npm: plain files, and a comment that takes one out of its transaction. Without one such file a directory is plain. */
export const postgresMigrations: MigrationFormat = {
  name: 'postgres-migrations',
  tool: 'postgres-migrations',
  flat: true,
  detects: (listing) => someFile(listing, /^\d[^/]*\.sql$/, /-- postgres-migrations disable-transaction/),
  read: numbered({
    file: /^(\d+)[-_]?[^/]*\.sql$/,
    script: (text) => ({ sql: text, transaction: text.includes(DISABLE) ? 'none' : undefined }),
  }),
};
