import { behavioural, breaking } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, procedure } from '../sql.js';

export const textSearchTemplate: CatalogKind = {
  name: 'text search template',
  sql: () => `
    select n.name || '.' || quote_ident(t.tmplname) as identity, ${address('pg_ts_template', 't.oid')} as address,
           array[${['t.tmplinit', 't.tmpllexize'].map(procedure).join(', ')}] as functions
    from pg_ts_template t join namespace n on n.oid = t.tmplnamespace where not ${isMember('pg_ts_template', 't.oid')}`,
  added: behavioural('a template that was not there'),
  removed: breaking('dictionaries that use it cannot be created'),
  attributes: { functions: behavioural('words are normalised otherwise') },
};
