import { behavioural, breaking, either } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, FIRST_OWN_OID, isMember, procedure, word } from '../sql.js';

/** Casts between types of schemas that are left out are left out too. */
const isRead = (type: string): string =>
  `(${type}.typnamespace = 'pg_catalog'::regnamespace or ${type}.typnamespace in (select oid from namespace))`;

export const cast: CatalogKind = {
  name: 'cast',
  sql: () => `
    select format('%s as %s', format_type(c.castsource, null), format_type(c.casttarget, null)) as identity, ${address('pg_cast', 'c.oid')} as address,
           ${word('c.castmethod', { f: 'function', i: 'in and out', b: 'binary' })} as method, ${procedure('c.castfunc')} as function,
           ${word('c.castcontext', { e: 'explicit', a: 'assignment', i: 'implicit' })} as context
    from pg_cast c join pg_type s on s.oid = c.castsource join pg_type t on t.oid = c.casttarget
    where ${isRead('s')} and ${isRead('t')} and not exists (select from pg_depend d where d.classid = 'pg_cast'::regclass and d.objid = c.oid and d.deptype = 'i') and c.oid >= ${FIRST_OWN_OID} and not ${isMember('pg_cast', 'c.oid')}`,
  added: behavioural('values are converted where they were refused'),
  removed: breaking('statements that relied on this cast fail'),
  attributes: {
    method: either(
      ({ after }) => after === 'in and out',
      breaking('values are converted by way of their text, and fail where the target type does not read it'),
      behavioural('values are converted otherwise'),
    ),
    function: behavioural('values are converted by another function'),
    context: breaking('statements that left the cast out fail, or find several operators to choose from'),
  },
};
