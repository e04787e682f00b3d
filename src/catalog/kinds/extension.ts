import { behavioural, breaking } from '../judge.js';
import type { CatalogKind } from '../kind.js';

export const extension: CatalogKind = {
  name: 'extension',
  sql: () => `
    select quote_ident(e.extname) as identity, 'pg_extension:' || e.oid as address, e.extversion as version, e.extnamespace::regnamespace::text as schema
    from pg_extension e where e.extnamespace::regnamespace::text <> all ($1)`,
  added: behavioural('an extension that was not there'),
  removed: breaking('its types, functions and operators are no longer found'),
  attributes: {
    version: behavioural('another version of the extension may lack functions or behave otherwise'),
    schema: breaking('its objects are found under another schema'),
  },
};
