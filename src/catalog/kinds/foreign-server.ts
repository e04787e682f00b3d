import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, options, role } from '../sql.js';

export const foreignServer: CatalogKind = {
  name: 'foreign server',
  sql: () => `
    select quote_ident(s.srvname) as identity, ${address('pg_foreign_server', 's.oid')} as address, ${role('s.srvowner')} as owner, w.fdwname as wrapper,
           s.srvtype as type, s.srvversion as version, ${options('s.srvoptions')} as options
    from pg_foreign_server s join pg_foreign_data_wrapper w on w.oid = s.srvfdw where not ${isMember('pg_foreign_server', 's.oid')}`,
  added: behavioural('a server that was not there'),
  removed: breaking('foreign tables on it cannot be created or read'),
  attributes: {
    owner,
    wrapper: breaking('another program reads the foreign data'),
    type: behavioural('the wrapper is told another type of server'),
    version: behavioural('the wrapper is told another version of the server'),
    options: behavioural('it is another server, or it is reached otherwise'),
  },
};
