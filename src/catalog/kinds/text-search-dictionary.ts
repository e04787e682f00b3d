import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, role } from '../sql.js';

export const textSearchDictionary: CatalogKind = {
  name: 'text search dictionary',
  sql: () => `
    select n.name || '.' || quote_ident(d.dictname) as identity, ${address('pg_ts_dict', 'd.oid')} as address, ${role('d.dictowner')} as owner,
           t.tmplnamespace::regnamespace || '.' || quote_ident(t.tmplname) as template, d.dictinitoption as options
    from pg_ts_dict d join namespace n on n.oid = d.dictnamespace join pg_ts_template t on t.oid = d.dicttemplate where not ${isMember('pg_ts_dict', 'd.oid')}`,
  added: behavioural('a dictionary that was not there'),
  removed: breaking('configurations that use it cannot be created'),
  attributes: {
    owner,
    template: behavioural('words are normalised otherwise, so searches find other texts'),
    options: behavioural('words are normalised otherwise, so searches find other texts'),
  },
};
