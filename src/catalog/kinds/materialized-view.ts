import { behavioural, breaking, either, expression, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { accessMethod, role, sorted, tablespace } from '../sql.js';

export const materializedView: CatalogKind = {
  name: 'materialized view',
  sql: () => `
    select r.identity, r.address, ${role('r.relowner')} as owner, pg_get_viewdef(r.oid) as definition, ${sorted('r.reloptions')} as options,
           r.relispopulated as populated, ${accessMethod('r.relam')} as "accessMethod", ${tablespace('r.reltablespace')} as tablespace
    from relation r where r.relkind = 'm'`,
  added: behavioural('a materialized view that was not there'),
  removed: breaking('statements that name this materialized view fail'),
  attributes: {
    owner,
    definition: expression(behavioural('the next refresh gives other rows or values')),
    options: behavioural('storage or autovacuum is tuned otherwise'),
    populated: either(
      ({ after }) => after === true,
      behavioural('it holds rows and can be read'),
      breaking('it cannot be read before it is refreshed'),
    ),
    accessMethod: behavioural('rows are stored by another access method'),
    tablespace: behavioural('rows are stored in another place'),
  },
};
