import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, procedure, role } from '../sql.js';

export const conversion: CatalogKind = {
  name: 'conversion',
  sql: () => `
    select n.name || '.' || quote_ident(c.conname) as identity, ${address('pg_conversion', 'c.oid')} as address, ${role('c.conowner')} as owner,
           pg_encoding_to_char(c.conforencoding) || ' to ' || pg_encoding_to_char(c.contoencoding) as encodings, ${procedure('c.conproc')} as function, c.condefault as default
    from pg_conversion c join namespace n on n.oid = c.connamespace where not ${isMember('pg_conversion', 'c.oid')}`,
  added: behavioural('a conversion that was not there'),
  removed: breaking('texts are no longer converted by it'),
  attributes: {
    owner,
    encodings: breaking('it converts other encodings'),
    function: behavioural('another function converts'),
    default: behavioural('clients get their texts through another conversion'),
  },
};
