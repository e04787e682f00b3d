import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, role } from '../sql.js';

export const schema: CatalogKind = {
  name: 'schema',
  sql: () => `
    select name as identity, ${address('pg_namespace', 'n.oid')} as address, ${role('nspowner')} as owner
    from namespace n where not ${isMember('pg_namespace', 'n.oid')}`,
  added: behavioural('a schema that was not there; a search_path that names it finds its objects first'),
  removed: breaking('names in this schema are no longer found'),
  attributes: { owner },
};
