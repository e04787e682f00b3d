import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { accessMethod, address, isMember, role } from '../sql.js';

/** Operator classes; their operators and functions are read with the family. */
export const operatorClass: CatalogKind = {
  name: 'operator class',
  sql: () => `
    select format('%s.%I using %s', n.name, o.opcname, ${accessMethod('o.opcmethod')}) as identity, ${address('pg_opclass', 'o.oid')} as address, ${role('o.opcowner')} as owner,
           format_type(o.opcintype, null) as type, f.opfnamespace::regnamespace || '.' || quote_ident(f.opfname) as family, o.opcdefault as default,
           case when o.opckeytype <> 0 then format_type(o.opckeytype, null) end as storage
    from pg_opclass o join namespace n on n.oid = o.opcnamespace join pg_opfamily f on f.oid = o.opcfamily where not ${isMember('pg_opclass', 'o.oid')}`,
  added: behavioural('an operator class that was not there'),
  removed: breaking('indexes that name it cannot be created'),
  attributes: {
    owner,
    type: breaking('it serves values of another type'),
    family: behavioural('it belongs to another family, so other conditions can use its indexes'),
    default: breaking('indexes that name no operator class get another one, or fail'),
    storage: behavioural('indexes store another type'),
  },
};
