import { ROLE, type KindCases } from '../attribute-case.js';

const OWNER = 'alter table "T.ä" owner to "Röle.1"';

export const tables: KindCases = {
  kind: 'table',
  given: `${ROLE} set search_path = public; create table other(id int, v text); create type row_type as (id int, v text);
    create access method heap2 type table handler heap_tableam_handler;`,
  make: 'create table "T.ä"(id int not null, v text)',
  drop: 'drop table "T.ä"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    {
      attribute: 'kind',
      given: 'drop table "T.ä"; create table p(id int)',
      to: 'drop table p; create table p(id int) partition by range (id)',
      class: 'breaking',
      also: ['table partitionBy', 'table accessMethod'],
    },
    { attribute: 'owner', to: OWNER, class: 'behavioural' },
    { attribute: 'persistence', to: 'alter table "T.ä" set unlogged', class: 'behavioural' },
    {
      attribute: 'accessMethod',
      to: 'drop table "T.ä"; create table "T.ä"(id int not null, v text) using heap2',
      class: 'behavioural',
    },
    { attribute: 'tablespace', to: `update pg_class set reltablespace = 1664 where relname = 'T.ä'`, class: 'behavioural' },
    { attribute: 'options', to: 'alter table "T.ä" set (fillfactor = 70)', class: 'behavioural' },
    { attribute: 'toastOptions', to: 'alter table "T.ä" set (toast.autovacuum_enabled = off)', class: 'behavioural' },
    { attribute: 'replicaIdentity', to: 'alter table "T.ä" replica identity full', class: 'behavioural' },
    {
      attribute: 'replicaIdentity',
      given:
        'create unique index ri1 on "T.ä"(id); create unique index ri2 on "T.ä"(id); alter table "T.ä" replica identity using index ri1',
      to: 'alter table "T.ä" replica identity using index ri2',
      class: 'behavioural',
    },
    { attribute: 'rowSecurity', to: 'alter table "T.ä" enable row level security', class: 'breaking' },
    { attribute: 'forceRowSecurity', to: 'alter table "T.ä" force row level security', class: 'behavioural' },
    {
      attribute: 'parents',
      to: 'alter table "T.ä" inherit other',
      class: 'breaking',
      also: ['column inherited', 'column inherited'],
    },
    {
      attribute: 'partitionBy',
      given: 'create table p(id int, b int) partition by range (id)',
      to: 'drop table p; create table p(id int, b int) partition by hash (id)',
      class: 'breaking',
    },
    {
      attribute: 'partitionBound',
      given: 'create table p(id int) partition by range (id); create table p1 partition of p for values from (1) to (9)',
      to: 'alter table p detach partition p1; alter table p attach partition p1 for values from (1) to (10)',
      class: 'breaking',
    },
    {
      attribute: 'detachPending',
      given: 'create table p(id int) partition by range (id); create table p1 partition of p for values from (1) to (9)',
      to: `update pg_inherits set inhdetachpending = true where inhrelid = 'p1'::regclass`,
      class: 'behavioural',
    },
    {
      attribute: 'ofType',
      given: 'create table typed(id int, v text)',
      to: 'alter table typed of row_type',
      class: 'behavioural',
    },
    {
      attribute: 'server',
      given:
        'create foreign data wrapper w; create server s1 foreign data wrapper w; create server s2 foreign data wrapper w; create foreign table f(id int) server s1',
      to: 'drop foreign table f; create foreign table f(id int) server s2',
      class: 'breaking',
    },
    {
      attribute: 'serverOptions',
      given: `create foreign data wrapper w; create server s1 foreign data wrapper w; create foreign table f(id int) server s1 options (a '1')`,
      to: `alter foreign table f options (set a '2')`,
      class: 'behavioural',
    },
    {
      attribute: 'columnOrder',
      to: 'alter table "T.ä" rename v to w; alter table "T.ä" add v text; alter table "T.ä" drop id, drop w, add id int not null',
      class: 'cosmetic',
    },
  ],
};
