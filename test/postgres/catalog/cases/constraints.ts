import type { KindCases } from '../attribute-case.js';

const DROP_KEY = 'alter table t drop constraint "K.ä";';
const ADD_KEY = `${DROP_KEY} alter table t add constraint "K.ä"`;

export const keys: KindCases = {
  kind: 'key',
  given: 'set search_path = public; create table t(tenant_id int not null, code int not null, note text)',
  make: 'alter table t add constraint "K.ä" unique (tenant_id, code)',
  drop: DROP_KEY,
  added: 'breaking',
  removed: 'breaking',
  changes: [
    { attribute: 'name', to: 'alter table t rename constraint "K.ä" to other', class: 'cosmetic' },
    { attribute: 'primary', to: `${ADD_KEY} primary key (tenant_id, code)`, class: 'behavioural' },
    { attribute: 'columns', to: `${ADD_KEY} unique (tenant_id)`, class: 'breaking' },
    { attribute: 'include', to: `${ADD_KEY} unique (tenant_id, code) include (note)`, class: 'behavioural' },
    {
      attribute: 'nullsNotDistinct',
      to: `${ADD_KEY} unique nulls not distinct (tenant_id, code)`,
      class: 'breaking',
      since: 150000,
    },
    {
      attribute: 'withoutOverlaps',
      given: 'create table w(r int4range not null); alter table w add constraint w_k unique (r)',
      to: 'alter table w drop constraint w_k; alter table w add column id int4range; alter table w add constraint w_k unique (id, r without overlaps)',
      class: 'breaking',
      also: ['column added', 'key columns', 'key method'],
      since: 180000,
    },
    { attribute: 'deferrable', to: `${ADD_KEY} unique (tenant_id, code) deferrable`, class: 'breaking' },
    {
      attribute: 'deferred',
      given: `${ADD_KEY} unique (tenant_id, code) deferrable`,
      to: `${ADD_KEY} unique (tenant_id, code) deferrable initially deferred`,
      class: 'behavioural',
    },
    {
      attribute: 'valid',
      to: `update pg_index set indisvalid = false where indexrelid = '"K.ä"'::regclass`,
      class: 'behavioural',
    },
    {
      attribute: 'ready',
      to: `update pg_index set indisready = false where indexrelid = '"K.ä"'::regclass`,
      class: 'behavioural',
    },
    { attribute: 'live', to: `update pg_index set indislive = false where indexrelid = '"K.ä"'::regclass`, class: 'behavioural' },
    { attribute: 'clustered', to: 'alter table t cluster on "K.ä"', class: 'behavioural' },
    {
      attribute: 'method',
      to: `update pg_class set relam = (select oid from pg_am where amname = 'hash') where relname = 'K.ä'`,
      class: 'behavioural',
    },
    { attribute: 'options', to: 'alter index "K.ä" set (fillfactor = 70)', class: 'behavioural' },
    { attribute: 'tablespace', to: `update pg_class set reltablespace = 1664 where relname = 'K.ä'`, class: 'behavioural' },
  ],
};

const DROP_REFERENCE = 'alter table child drop constraint fk;';
const ADD_REFERENCE = `${DROP_REFERENCE} alter table child add constraint fk foreign key`;

export const foreignKeys: KindCases = {
  kind: 'foreign key',
  given: `set search_path = public; create table "P.ä"(a int, b int, primary key (a, b), unique (b, a)); create table q(a int, b int, primary key (a, b));
    create table child(a int, b int, c int)`,
  make: 'alter table child add constraint fk foreign key (a, b) references "P.ä"(a, b)',
  drop: DROP_REFERENCE,
  added: 'breaking',
  removed: 'breaking',
  changes: [
    { attribute: 'name', to: 'alter table child rename constraint fk to other', class: 'cosmetic' },
    { attribute: 'columns', to: `${ADD_REFERENCE} (c, b) references "P.ä"(a, b)`, class: 'breaking' },
    { attribute: 'references', to: `${ADD_REFERENCE} (a, b) references q(a, b)`, class: 'breaking' },
    { attribute: 'referencedColumns', to: `${ADD_REFERENCE} (a, b) references "P.ä"(b, a)`, class: 'breaking' },
    { attribute: 'match', to: `${ADD_REFERENCE} (a, b) references "P.ä"(a, b) match full`, class: 'breaking' },
    { attribute: 'onUpdate', to: `${ADD_REFERENCE} (a, b) references "P.ä"(a, b) on update cascade`, class: 'behavioural' },
    { attribute: 'onDelete', to: `${ADD_REFERENCE} (a, b) references "P.ä"(a, b) on delete cascade`, class: 'behavioural' },
    {
      attribute: 'deleteColumns',
      given: `${ADD_REFERENCE} (a, b) references "P.ä"(a, b) on delete set null (a)`,
      to: `${ADD_REFERENCE} (a, b) references "P.ä"(a, b) on delete set null (b)`,
      class: 'behavioural',
      since: 150000,
    },
    {
      attribute: 'enforced',
      to: `${ADD_REFERENCE} (a, b) references "P.ä"(a, b) not enforced`,
      class: 'breaking',
      also: ['foreign key validated'],
      since: 180000,
    },
    {
      attribute: 'period',
      to: `update pg_constraint set conperiod = true where conname = 'fk'`,
      class: 'breaking',
      since: 180000,
    },
    {
      attribute: 'operators',
      to: `update pg_constraint set conpfeqop = array['=(int,int)'::regoperator, '=(int8,int8)'::regoperator]::oid[] where conname = 'fk'`,
      class: 'behavioural',
    },
    { attribute: 'deferrable', to: 'alter table child alter constraint fk deferrable', class: 'behavioural' },
    {
      attribute: 'deferrable',
      given: 'alter table child alter constraint fk deferrable',
      to: 'alter table child alter constraint fk not deferrable',
      class: 'breaking',
    },
    {
      attribute: 'deferred',
      given: 'alter table child alter constraint fk deferrable',
      to: 'alter table child alter constraint fk deferrable initially deferred',
      class: 'behavioural',
    },
    { attribute: 'validated', to: `${ADD_REFERENCE} (a, b) references "P.ä"(a, b) not valid`, class: 'behavioural' },
  ],
};

const DROP_CHECK = 'alter table t drop constraint "C ä";';
const ADD_CHECK = `${DROP_CHECK} alter table t add constraint "C ä" check`;

export const checks: KindCases = {
  kind: 'check',
  given:
    'set search_path = public; create table t(v int, s varchar); create domain d as int constraint positive check (value > 0)',
  make: 'alter table t add constraint "C ä" check (v > 0)',
  drop: DROP_CHECK,
  added: 'breaking',
  removed: 'breaking',
  changes: [
    { attribute: 'name', to: 'alter table t rename constraint "C ä" to other', class: 'cosmetic' },
    { attribute: 'expression', to: `${ADD_CHECK} (v > 1)`, class: 'breaking' },
    {
      attribute: 'expression',
      to: 'alter domain d drop constraint positive; alter domain d add constraint positive check (value > 1)',
      class: 'breaking',
    },
    {
      attribute: 'expression',
      given: `alter table t add constraint s check (s in ('a', 'b'))`,
      to: `alter table t drop constraint s; alter table t add constraint s check (s in ('a', 'c'))`,
      class: 'breaking',
    },
    { attribute: 'validated', to: `${ADD_CHECK} (v > 0) not valid`, class: 'behavioural' },
    {
      attribute: 'validated',
      to: 'alter domain d drop constraint positive; alter domain d add constraint positive check (value > 0) not valid',
      class: 'behavioural',
    },
    {
      attribute: 'enforced',
      to: `${ADD_CHECK} (v > 0) not enforced`,
      class: 'breaking',
      also: ['check validated'],
      since: 180000,
    },
    { attribute: 'noInherit', to: `${ADD_CHECK} (v > 0) no inherit`, class: 'behavioural' },
    {
      attribute: 'inherited',
      given: 'create table child(v int, s varchar, constraint "C ä" check (v > 0)) inherits (t)',
      to: 'alter table child no inherit t',
      class: 'cosmetic',
      also: ['table parents', 'column inherited', 'column inherited'],
    },
  ],
};

const DROP_EXCLUSION = 'alter table t drop constraint x;';
const ADD_EXCLUSION = `${DROP_EXCLUSION} alter table t add constraint x exclude using gist`;

export const exclusions: KindCases = {
  kind: 'exclusion',
  given: 'set search_path = public; create table t(r int4range, s int4range)',
  make: 'alter table t add constraint x exclude using gist (r with &&)',
  drop: DROP_EXCLUSION,
  added: 'breaking',
  removed: 'breaking',
  changes: [
    { attribute: 'name', to: 'alter table t rename constraint x to y', class: 'cosmetic' },
    { attribute: 'definition', to: `${ADD_EXCLUSION} (s with &&)`, class: 'breaking' },
    { attribute: 'definition', to: `${ADD_EXCLUSION} (r with &&) where (r is not null)`, class: 'breaking' },
    { attribute: 'deferrable', to: `${ADD_EXCLUSION} (r with &&) deferrable`, class: 'breaking' },
    {
      attribute: 'deferred',
      given: `${ADD_EXCLUSION} (r with &&) deferrable`,
      to: `${ADD_EXCLUSION} (r with &&) deferrable initially deferred`,
      class: 'behavioural',
    },
    { attribute: 'valid', to: `update pg_index set indisvalid = false where indexrelid = 'x'::regclass`, class: 'behavioural' },
    { attribute: 'options', to: 'alter index x set (fillfactor = 70)', class: 'behavioural' },
    { attribute: 'tablespace', to: `update pg_class set reltablespace = 1664 where relname = 'x'`, class: 'behavioural' },
  ],
};
