import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, role, word } from '../sql.js';

/** Sequences, those of serial and identity columns too. Where they stand is data and is not read. */
export const sequence: CatalogKind = {
  name: 'sequence',
  sql: () => `
    select r.identity, r.address, ${address('pg_class', 'd.refobjid', 'd.refobjsubid')} as parent, ${role('r.relowner')} as owner,
           ${word('r.relpersistence', { p: 'permanent', u: 'unlogged' })} as persistence, format_type(s.seqtypid, null) as type,
           s.seqstart::text as start, s.seqincrement::text as increment, s.seqmin::text as min, s.seqmax::text as max, s.seqcache::text as cache, s.seqcycle as cycle,
           case d.deptype when 'i' then 'identity of ' when 'a' then '' end || o.identity || '.' || quote_ident(a.attname) as "ownedBy"
    from relation r join pg_sequence s on s.seqrelid = r.oid
    left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass and d.refobjsubid > 0 and d.deptype in ('a', 'i')
    left join relation o on o.oid = d.refobjid left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid`,
  added: behavioural('a sequence that was not there'),
  removed: breaking('nextval() on this sequence fails'),
  attributes: {
    owner,
    persistence: behavioural('an unlogged sequence starts again after a crash'),
    type: breaking('the largest value that it gives out changes'),
    start: behavioural('RESTART begins at another value'),
    increment: behavioural('other values are given out'),
    min: behavioural('the range of values changes'),
    max: behavioural('the range of values changes'),
    cache: behavioural('sessions take more or fewer values at once; gaps differ'),
    cycle: breaking('at its end the sequence fails on one side and repeats values on the other'),
    ownedBy: behavioural('dropping the column drops the sequence on one side only'),
  },
};
