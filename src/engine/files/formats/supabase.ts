import type { MigrationFormat } from '../format.js';
import type { Migration } from '../migration.js';
import { numbered } from '../numbered.js';

/**
 * Supabase's command line: `supabase/migrations/<time>_<name>.sql`, in the order of the names. Its directory shows it, where the files show
 * no other tool. Facts: pkg/migration/list.go and file.go of supabase/cli.
 */
export const supabase: MigrationFormat = {
  name: 'supabase',
  tool: "Supabase's command line",
  flat: true,
  detects: ({ location }) => location.endsWith('/supabase/migrations'),
  read: numbered({ file: /^(\d+)_[^/]*\.sql$/, compare: byName }),
};

function byName(a: Migration, b: Migration): number {
  return a.name < b.name ? -1 : 1;
}
