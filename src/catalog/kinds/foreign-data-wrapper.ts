import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, options, procedure, role } from '../sql.js';

export const foreignDataWrapper: CatalogKind = {
  name: 'foreign data wrapper',
  sql: () => `
    select quote_ident(w.fdwname) as identity, ${address('pg_foreign_data_wrapper', 'w.oid')} as address, ${role('w.fdwowner')} as owner,
           ${procedure('w.fdwhandler')} as handler, ${procedure('w.fdwvalidator')} as validator, ${options('w.fdwoptions')} as options
    from pg_foreign_data_wrapper w where not ${isMember('pg_foreign_data_wrapper', 'w.oid')}`,
  added: behavioural('a wrapper that was not there'),
  removed: breaking('servers and foreign tables that need it cannot be created'),
  attributes: {
    owner,
    handler: breaking('another program reads the foreign data'),
    validator: behavioural('options are checked otherwise'),
    options: behavioural('foreign data is read otherwise'),
  },
};
