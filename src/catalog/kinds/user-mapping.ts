import { behavioural, breaking } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, options, role } from '../sql.js';

export const userMapping: CatalogKind = {
  name: 'user mapping',
  sql: () => `
    select 'for ' || ${role('m.umuser')} || ' on ' || quote_ident(m.srvname) as identity, ${address('pg_foreign_server', 'm.srvid')} as parent, ${options('m.umoptions')} as options
    from pg_user_mappings m`,
  added: behavioural('a role can reach the foreign server'),
  removed: breaking('a role can no longer reach the foreign server'),
  attributes: { options: behavioural('the role reaches the foreign server as somebody else; passwords are not compared') },
};
