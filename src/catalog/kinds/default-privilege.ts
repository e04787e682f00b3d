import { behavioural } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { role, word } from '../sql.js';

const OBJECTS = { r: 'tables', S: 'sequences', f: 'functions', T: 'types', n: 'schemas', L: 'large objects' };

/** ALTER DEFAULT PRIVILEGES. */
export const defaultPrivilege: CatalogKind = {
  name: 'default privilege',
  sql: () => `
    select concat_ws(' ', 'on', ${word('d.defaclobjtype', OBJECTS)}, 'of', ${role('d.defaclrole')}, 'in schema ' || n.name) as identity,
           (select array_agg(g order by g collate "C") from (
              select ${role('x.grantee')} || '=' || x.privilege_type || case when x.is_grantable then ' with grant option' else '' end as g from aclexplode(d.defaclacl) x) e) as privileges
    from pg_default_acl d left join namespace n on n.oid = d.defaclnamespace where d.defaclnamespace = 0 or n.oid is not null`,
  added: behavioural('objects made later are granted to other roles'),
  removed: behavioural('objects made later are granted to other roles'),
  attributes: { privileges: behavioural('objects made later are granted to other roles') },
};
