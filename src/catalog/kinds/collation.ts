import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, role, word } from '../sql.js';

/** Where the locale of a provider that is not libc is kept has changed twice. */
function localeColumn(server: number): string {
  if (server >= 170000) return 'colllocale';
  return server >= 150000 ? 'colliculocale' : 'null::text';
}

export const collationKind: CatalogKind = {
  name: 'collation',
  sql: (server) => `
    select n.name || '.' || quote_ident(c.collname) as identity, ${address('pg_collation', 'c.oid')} as address, ${role('c.collowner')} as owner,
           ${word('c.collprovider', { c: 'libc', i: 'icu', b: 'builtin' })} as provider, c.collisdeterministic as deterministic,
           coalesce(${localeColumn(server)}, c.collcollate) as locale, c.collctype as ctype, ${server >= 160000 ? 'c.collicurules as rules,' : ''} c.collversion as version
    from pg_collation c join namespace n on n.oid = c.collnamespace where not ${isMember('pg_collation', 'c.oid')}`,
  added: behavioural('a collation that was not there'),
  removed: breaking('columns and COLLATE clauses that name it fail'),
  attributes: {
    owner,
    provider: behavioural('texts sort by another library'),
    deterministic: breaking('texts that differ in bytes are equal on one side only; LIKE may fail'),
    locale: behavioural('texts sort in another order'),
    ctype: behavioural('upper, lower and pattern matching treat letters otherwise'),
    rules: behavioural('texts sort in another order'),
    version: behavioural('the library sorts by another version; indexes may need REINDEX'),
  },
};
