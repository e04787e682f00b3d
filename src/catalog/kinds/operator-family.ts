import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { accessMethod, address, isMember, role } from '../sql.js';

export const operatorFamily: CatalogKind = {
  name: 'operator family',
  sql: () => `
    select format('%s.%I using %s', n.name, f.opfname, ${accessMethod('f.opfmethod')}) as identity, ${address('pg_opfamily', 'f.oid')} as address, ${role('f.opfowner')} as owner,
           (select array_agg(m order by m collate "C") from (select concat_ws(' ', p.amopstrategy, p.amopopr::regoperator, p.amoppurpose) as m from pg_amop p where p.amopfamily = f.oid) o) as operators,
           (select array_agg(m order by m collate "C") from (select concat_ws(' ', p.amprocnum, p.amproc::oid::regprocedure) as m from pg_amproc p where p.amprocfamily = f.oid) o) as functions
    from pg_opfamily f join namespace n on n.oid = f.opfnamespace where not ${isMember('pg_opfamily', 'f.oid')}`,
  added: behavioural('an operator family that was not there'),
  removed: breaking('operator classes and indexes that need it cannot be created'),
  attributes: {
    owner,
    operators: behavioural('indexes serve other conditions'),
    functions: behavioural('indexes order or hash values otherwise'),
  },
};
