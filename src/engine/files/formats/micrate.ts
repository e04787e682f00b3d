import { annotated } from '../annotated.js';
import { someFile } from '../file-fault.js';
import type { MigrationFormat } from '../format.js';
import { numbered } from '../numbered.js';

/** micrate, of Crystal: `-- +micrate Up`, `-- +micrate Down`. Facts: its src/micrate/migration.cr. */
export const micrate: MigrationFormat = {
  name: 'micrate',
  tool: 'micrate',
  flat: true,
  around: (sql) => `-- +micrate Up\n-- +micrate StatementBegin\n${sql}-- +micrate StatementEnd\n`,
  detects: (listing) => someFile(listing, /^\d[^/]*\.sql$/, /^-- \+micrate (Up|Down)\b/m),
  read: numbered({ file: /^(\d+)_[^/]*\.sql$/, script: annotated('micrate', '-- +micrate ') }),
};
