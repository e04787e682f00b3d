import { behavioural } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { role } from '../sql.js';

/** Settings of this database, for all roles or for one. */
export const setting: CatalogKind = {
  name: 'setting',
  optional: true,
  sql: () => `
    select split_part(e, '=', 1) || case when s.setrole <> 0 then ' for ' || ${role('s.setrole')} else '' end as identity, substr(e, strpos(e, '=') + 1) as value
    from pg_db_role_setting s, unnest(s.setconfig) e where s.setdatabase = (select oid from pg_database where datname = current_database())`,
  added: behavioural('sessions start with another setting'),
  removed: behavioural('sessions start with another setting'),
  attributes: { value: behavioural('sessions start with another setting') },
};
