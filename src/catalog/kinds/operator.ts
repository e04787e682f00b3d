import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, procedure, role } from '../sql.js';

const operatorName = (oid: string): string => `case when ${oid} <> 0 then ${oid}::regoperator::text end`;

export const operator: CatalogKind = {
  name: 'operator',
  sql: () => `
    select format('%s.%s(%s,%s)', n.name, o.oprname, case when o.oprleft <> 0 then format_type(o.oprleft, null) else 'none' end, format_type(o.oprright, null)) as identity,
           ${address('pg_operator', 'o.oid')} as address, ${role('o.oprowner')} as owner, ${procedure('o.oprcode')} as function, format_type(o.oprresult, null) as result,
           ${operatorName('o.oprcom')} as commutator, ${operatorName('o.oprnegate')} as negator, ${procedure('o.oprrest')} as restrict, ${procedure('o.oprjoin')} as join,
           o.oprcanhash as hashes, o.oprcanmerge as merges
    from pg_operator o join namespace n on n.oid = o.oprnamespace where o.oprcode <> 0 and not ${isMember('pg_operator', 'o.oid')}`,
  added: behavioural('an operator that was not there; expressions may find it instead of another one'),
  removed: breaking('expressions that use it fail'),
  attributes: {
    owner,
    function: behavioural('another function computes it'),
    result: breaking('it gives a value of another type'),
    commutator: behavioural('indexes serve fewer or more conditions'),
    negator: behavioural('conditions are simplified otherwise'),
    restrict: behavioural('the planner estimates conditions otherwise'),
    join: behavioural('the planner estimates joins otherwise'),
    hashes: behavioural('hash joins are possible on one side only'),
    merges: behavioural('merge joins are possible on one side only'),
  },
};
