import { behavioural, breaking } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, FIRST_OWN_OID, isMember, procedure, word } from '../sql.js';

export const accessMethodKind: CatalogKind = {
  name: 'access method',
  sql: () => `
    select quote_ident(m.amname) as identity, ${address('pg_am', 'm.oid')} as address, ${procedure('m.amhandler')} as handler,
           ${word('m.amtype', { i: 'index', t: 'table' })} as type
    from pg_am m where m.oid >= ${FIRST_OWN_OID} and not ${isMember('pg_am', 'm.oid')}`,
  added: behavioural('an access method that was not there'),
  removed: breaking('tables and indexes that use it cannot be created'),
  attributes: {
    handler: behavioural('another program stores the data'),
    type: breaking('it serves indexes instead of tables, or the other way round'),
  },
};
