import { ROLE, type KindCases } from '../attribute-case.js';

export const sequences: KindCases = {
  kind: 'sequence',
  given: `set search_path = public; ${ROLE} create table t(id int)`,
  make: 'create sequence "S.ä"',
  drop: 'drop sequence "S.ä"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter sequence "S.ä" owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'persistence', to: 'alter sequence "S.ä" set unlogged', class: 'behavioural', since: 150000 },
    {
      attribute: 'type',
      given: 'alter sequence "S.ä" maxvalue 100',
      to: 'alter sequence "S.ä" as int maxvalue 100',
      class: 'breaking',
    },
    { attribute: 'start', to: 'alter sequence "S.ä" start 5', class: 'behavioural' },
    { attribute: 'increment', to: 'alter sequence "S.ä" increment 5', class: 'behavioural' },
    { attribute: 'min', to: 'alter sequence "S.ä" minvalue 0', class: 'behavioural' },
    { attribute: 'max', to: 'alter sequence "S.ä" maxvalue 9223372036854775806', class: 'behavioural' },
    { attribute: 'cache', to: 'alter sequence "S.ä" cache 5', class: 'behavioural' },
    { attribute: 'cycle', to: 'alter sequence "S.ä" cycle', class: 'breaking' },
    { attribute: 'ownedBy', to: 'alter sequence "S.ä" owned by t.id', class: 'behavioural' },
  ],
};

export const views: KindCases = {
  kind: 'view',
  given: `set search_path = public; ${ROLE} create table t(id int, v text)`,
  make: 'create view "V.ä" as select id, v from t',
  drop: 'drop view "V.ä"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter view "V.ä" owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'definition', to: 'create or replace view "V.ä" as select id, v from t where id > 0', class: 'behavioural' },
    { attribute: 'options', to: 'alter view "V.ä" set (security_barrier = true)', class: 'behavioural' },
    {
      attribute: 'options',
      to: 'create or replace view "V.ä" as select id, v from t with cascaded check option',
      class: 'behavioural',
    },
  ],
};

export const materializedViews: KindCases = {
  kind: 'materialized view',
  given: `set search_path = public; ${ROLE} create table t(id int, v text); create access method heap2 type table handler heap_tableam_handler`,
  make: 'create materialized view m as select id, v from t',
  drop: 'drop materialized view m',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter materialized view m owner to "Röle.1"', class: 'behavioural' },
    {
      attribute: 'definition',
      to: 'drop materialized view m; create materialized view m as select id, v from t where id > 0',
      class: 'behavioural',
    },
    { attribute: 'options', to: 'alter materialized view m set (fillfactor = 70)', class: 'behavioural' },
    { attribute: 'populated', to: 'refresh materialized view m with no data', class: 'breaking' },
    {
      attribute: 'accessMethod',
      to: 'drop materialized view m; create materialized view m using heap2 as select id, v from t',
      class: 'behavioural',
    },
    { attribute: 'tablespace', to: `update pg_class set reltablespace = 1664 where relname = 'm'`, class: 'behavioural' },
  ],
};

export const rules: KindCases = {
  kind: 'rule',
  given: 'set search_path = public; create table t(id int)',
  make: 'create rule "R ä" as on delete to t do instead nothing',
  drop: 'drop rule "R ä" on t',
  added: 'behavioural',
  removed: 'behavioural',
  changes: [
    {
      attribute: 'definition',
      to: 'create or replace rule "R ä" as on delete to t where old.id > 1 do instead nothing',
      class: 'behavioural',
    },
    { attribute: 'enabled', to: 'alter table t disable rule "R ä"', class: 'behavioural' },
  ],
};

const POLICY = 'drop policy "P ä" on t; create policy "P ä" on t';

export const policies: KindCases = {
  kind: 'policy',
  given: `set search_path = public; ${ROLE} create table t(id int)`,
  make: 'create policy "P ä" on t using (id > 0)',
  drop: 'drop policy "P ä" on t',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'command', to: `${POLICY} for select using (id > 0)`, class: 'breaking' },
    { attribute: 'permissive', to: `${POLICY} as restrictive using (id > 0)`, class: 'breaking' },
    { attribute: 'roles', to: 'alter policy "P ä" on t to "Röle.1"', class: 'breaking' },
    { attribute: 'using', to: 'alter policy "P ä" on t using (id > 1)', class: 'breaking' },
    { attribute: 'check', to: 'alter policy "P ä" on t with check (id > 1)', class: 'breaking' },
  ],
};

export const statisticsObjects: KindCases = {
  kind: 'statistics',
  given: `set search_path = public; ${ROLE} create table t(a int, b int, c int)`,
  make: 'create statistics "S.ä" (dependencies) on a, b from t',
  drop: 'drop statistics "S.ä"',
  added: 'behavioural',
  removed: 'behavioural',
  changes: [
    { attribute: 'owner', to: 'alter statistics "S.ä" owner to "Röle.1"', class: 'behavioural' },
    {
      attribute: 'columns',
      to: 'drop statistics "S.ä"; create statistics "S.ä" (dependencies) on a, c from t',
      class: 'behavioural',
    },
    {
      attribute: 'columns',
      to: 'drop statistics "S.ä"; create statistics "S.ä" (dependencies) on a, (b + c) from t',
      class: 'behavioural',
    },
    { attribute: 'target', to: 'alter statistics "S.ä" set statistics 500', class: 'behavioural' },
    {
      attribute: 'kinds',
      to: 'drop statistics "S.ä"; create statistics "S.ä" (dependencies, ndistinct) on a, b from t',
      class: 'behavioural',
    },
  ],
};
