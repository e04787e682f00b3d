import { behavioural, breaking, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, isMember, procedure, role, word } from '../sql.js';

export const aggregate: CatalogKind = {
  name: 'aggregate',
  sql: () => `
    select n.name || '.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')' as identity, ${address('pg_proc', 'p.oid')} as address,
           ${role('p.proowner')} as owner, ${word('a.aggkind', { n: 'normal', o: 'ordered set', h: 'hypothetical set' })} as kind,
           pg_get_function_arguments(p.oid) as arguments, ${procedure('a.aggtransfn')} as transition, format_type(a.aggtranstype, null) as state,
           a.agginitval as initial, ${procedure('a.aggfinalfn')} as final,
           ${procedure('a.aggcombinefn')} as combine, ${word('p.proparallel', { s: 'safe', r: 'restricted', u: 'unsafe' })} as parallel,
           case when a.aggsortop <> 0 then a.aggsortop::regoperator::text end as "sortOperator",
           jsonb_build_object('serial', ${procedure('a.aggserialfn')}, 'deserial', ${procedure('a.aggdeserialfn')}, 'transition', ${procedure('a.aggmtransfn')},
             'inverse', ${procedure('a.aggminvtransfn')}, 'final', ${procedure('a.aggmfinalfn')}, 'initial', a.aggminitval, 'extra', a.aggfinalextra,
             'movingExtra', a.aggmfinalextra, 'modify', a.aggfinalmodify, 'movingModify', a.aggmfinalmodify, 'space', a.aggtransspace, 'movingSpace', a.aggmtransspace) as details
    from pg_aggregate a join pg_proc p on p.oid = a.aggfnoid join namespace n on n.oid = p.pronamespace
    where not ${isMember('pg_proc', 'p.oid')}`,
  added: behavioural('an aggregate that was not there'),
  removed: breaking('queries that call it fail'),
  attributes: {
    owner,
    kind: breaking('it is called in another form (WITHIN GROUP)'),
    arguments: breaking('it is called with other arguments'),
    transition: behavioural('it computes something else'),
    state: behavioural('it keeps its running value in another type'),
    initial: behavioural('it starts from another value'),
    final: behavioural('it gives another result'),
    combine: behavioural('partial results are combined otherwise, or it cannot run in parallel'),
    parallel: behavioural('queries that call it may or may not run in parallel'),
    sortOperator: behavioural('an index can or cannot answer it'),
    details: behavioural('moving windows or parallel workers compute it otherwise'),
  },
};
