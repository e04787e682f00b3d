import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, procedure, role, word } from '../sql.js';

/** Types made by CREATE TYPE with input and output functions. */
export const baseType: CatalogKind = {
  name: 'base type',
  sql: () => `
    select n.name || '.' || quote_ident(t.typname) as identity, ${address('pg_type', 't.oid')} as address, ${role('t.typowner')} as owner,
           jsonb_build_object('input', ${procedure('t.typinput')}, 'output', ${procedure('t.typoutput')}, 'receive', ${procedure('t.typreceive')}, 'send', ${procedure('t.typsend')},
             'modifierIn', ${procedure('t.typmodin')}, 'modifierOut', ${procedure('t.typmodout')}, 'analyze', ${procedure('t.typanalyze')}, 'subscript', ${procedure('t.typsubscript')}) as functions,
           jsonb_build_object('length', t.typlen, 'byValue', t.typbyval, 'alignment', t.typalign) as layout,
           ${word('t.typstorage', { p: 'plain', e: 'external', m: 'main', x: 'extended' })} as storage, t.typcategory as category, t.typispreferred as preferred,
           t.typdefault as default, t.typdelim as delimiter, t.typcollation <> 0 as collatable, case when t.typelem <> 0 then format_type(t.typelem, null) end as element
    from pg_type t join namespace n on n.oid = t.typnamespace
    where t.typtype = 'b' and t.typisdefined and not exists (select from pg_type e where e.typarray = t.oid) and not ${isMember('pg_type', 't.oid')}`,
  added: behavioural('a type that was not there'),
  removed: breaking('columns and casts of this type fail'),
  attributes: {
    owner,
    functions: breaking('values are read and written by other functions'),
    layout: breaking('values are stored in another form'),
    storage: behavioural('large values are stored otherwise'),
    category: behavioural('functions and operators are chosen otherwise'),
    preferred: behavioural('functions and operators are chosen otherwise'),
    default: behavioural('columns of this type without a default of their own get another one'),
    delimiter: breaking('arrays of this type are written otherwise'),
    collatable: breaking('COLLATE is allowed on one side only'),
    element: breaking('subscripts give another type'),
  },
};
