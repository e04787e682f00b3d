import { behavioural, breaking } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, procedure } from '../sql.js';

export const textSearchParser: CatalogKind = {
  name: 'text search parser',
  sql: () => `
    select n.name || '.' || quote_ident(p.prsname) as identity, ${address('pg_ts_parser', 'p.oid')} as address,
           array[${['p.prsstart', 'p.prstoken', 'p.prsend', 'p.prsheadline', 'p.prslextype'].map(procedure).join(', ')}] as functions
    from pg_ts_parser p join namespace n on n.oid = p.prsnamespace where not ${isMember('pg_ts_parser', 'p.oid')}`,
  added: behavioural('a parser that was not there'),
  removed: breaking('configurations that use it cannot be created'),
  attributes: { functions: behavioural('texts are cut into words otherwise') },
};
