import { someFile } from '../file-fault.js';
import type { MigrationFormat } from '../format.js';
import { numbered } from '../numbered.js';

/** sqlx looks at the very first bytes of the file. */
const NO_TRANSACTION = /^-- no-transaction/;

/** sqlx: as plain files, simple or as pairs, with `-- no-transaction` in the first line. A directory without one such file is plain. */
export const sqlx: MigrationFormat = {
  name: 'sqlx',
  tool: 'sqlx',
  flat: true,
  detects: (listing) => someFile(listing, /^\d+_[^/]*\.sql$/, NO_TRANSACTION),
  read: numbered({
    file: /^(\d+)_.*\.sql$/,
    lonelyDowns: 'passed over',
    script: (text) => ({ sql: text, transaction: NO_TRANSACTION.test(text) ? 'none' : undefined }),
  }),
};
