import { behavioural, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, role } from '../sql.js';

/** Extended statistics. */
export const statistics: CatalogKind = {
  name: 'statistics',
  sql: () => `
    select n.name || '.' || quote_ident(s.stxname) as identity, ${address('pg_statistic_ext', 's.oid')} as address, ${address('pg_class', 's.stxrelid')} as parent, ${role('s.stxowner')} as owner,
           s.stxrelid::regclass || ' (' || pg_get_statisticsobjdef_columns(s.oid) || ')' as columns, nullif(s.stxstattarget, -1) as target,
           (select array_agg(case k when 'd' then 'ndistinct' when 'f' then 'dependencies' when 'm' then 'mcv' end order by k) from unnest(s.stxkind) k where k <> 'e') as kinds
    from pg_statistic_ext s join namespace n on n.oid = s.stxnamespace`,
  added: behavioural('the planner knows more about these columns, so plans may differ'),
  removed: behavioural('the planner knows less about these columns, so plans may differ'),
  attributes: {
    owner,
    columns: behavioural('the planner knows about other columns'),
    target: behavioural('ANALYZE gathers another amount of statistics'),
    kinds: behavioural('the planner knows other things about these columns'),
  },
};
