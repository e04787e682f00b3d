import { textOf, type Json } from '../catalog.js';
import { behavioural, breaking, cosmetic, either, expression, owner } from '../judge.js';
import type { CatalogKind, Finding } from '../kind.js';
import { address, isMember, procedure, role, sorted, word } from '../sql.js';

const squeeze = (value: Json | undefined): string => textOf(value).replace(/\s+/g, ' ').trim();
const onlyWhitespace = ({ before, after }: Finding): boolean => squeeze(before) === squeeze(after);

/** Functions, procedures and window functions. */
export const functionKind: CatalogKind = {
  name: 'function',
  sql: () => `
    select n.name || '.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')' as identity, ${address('pg_proc', 'p.oid')} as address,
           ${role('p.proowner')} as owner, ${word('p.prokind', { f: 'function', p: 'procedure', w: 'window function' })} as kind,
           pg_get_function_arguments(p.oid) as arguments, pg_get_function_result(p.oid) as returns, l.lanname as language,
           coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as body, p.probin as library,
           ${word('p.provolatile', { i: 'immutable', s: 'stable', v: 'volatile' })} as volatility, p.proisstrict as strict, p.prosecdef as "securityDefiner",
           p.proleakproof as leakproof, ${word('p.proparallel', { s: 'safe', r: 'restricted', u: 'unsafe' })} as parallel, p.procost as cost, p.prorows as rows,
           ${procedure('p.prosupport')} as support, ${sorted('p.proconfig')} as settings
    from pg_proc p join namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
    where p.prokind <> 'a' and not ${isMember('pg_proc', 'p.oid')}
      and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')`,
  added: behavioural('a function that was not there; calls may find it instead of another one'),
  removed: breaking('calls fail'),
  attributes: {
    owner,
    kind: breaking('CALL and SELECT are not interchangeable'),
    arguments: breaking('calls that name arguments or leave some out fail or mean another one'),
    returns: breaking('callers get a result of another type'),
    language: behavioural('another language runs it'),
    body: either(
      onlyWhitespace,
      cosmetic('only white space differs'),
      expression(behavioural('the function does something else')),
    ),
    library: breaking('the code is in another library'),
    volatility: breaking('indexes and generated columns take immutable functions only; others are called more or less often'),
    strict: behavioural('a NULL argument gives NULL at once on one side only'),
    securityDefiner: behavioural('it runs with the rights of its owner on one side and of its caller on the other'),
    leakproof: behavioural('row level security lets it see hidden rows on one side only'),
    parallel: behavioural('queries that call it may or may not run in parallel'),
    cost: behavioural('the planner calls it earlier or later'),
    rows: behavioural('the planner expects another number of rows'),
    support: behavioural('the planner simplifies calls otherwise'),
    settings: behavioural('it runs under other settings, such as search_path'),
  },
};
