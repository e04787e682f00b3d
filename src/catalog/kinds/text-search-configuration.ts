import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, role } from '../sql.js';

const mappings = `(
  select jsonb_object_agg(alias, dictionaries) from (
    select t.alias, array_agg(m.mapdict::regdictionary::text order by m.mapseqno) as dictionaries
    from pg_ts_config_map m join ts_token_type(c.cfgparser) t on t.tokid = m.maptokentype where m.mapcfg = c.oid group by t.alias) tokens)`;

export const textSearchConfiguration: CatalogKind = {
  name: 'text search configuration',
  sql: () => `
    select n.name || '.' || quote_ident(c.cfgname) as identity, ${address('pg_ts_config', 'c.oid')} as address, ${role('c.cfgowner')} as owner,
           p.prsnamespace::regnamespace || '.' || quote_ident(p.prsname) as parser, ${mappings} as mappings
    from pg_ts_config c join namespace n on n.oid = c.cfgnamespace join pg_ts_parser p on p.oid = c.cfgparser where not ${isMember('pg_ts_config', 'c.oid')}`,
  added: behavioural('a text search configuration that was not there'),
  removed: breaking('searches that name it fail'),
  attributes: {
    owner,
    parser: behavioural('texts are cut into words otherwise'),
    mappings: behavioural('words are looked up in other dictionaries, so searches find other texts'),
  },
};
