import { ROLE, type KindCases } from '../attribute-case.js';

export const schemas: KindCases = {
  kind: 'schema',
  given: 'create role "Röle.1"',
  make: 'create schema "S.ä""x"',
  drop: 'drop schema "S.ä""x"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [{ attribute: 'owner', to: 'alter schema "S.ä""x" owner to "Röle.1"', class: 'behavioural' }],
};

export const extensions: KindCases = {
  kind: 'extension',
  given: 'create schema ext',
  make: 'create extension hstore schema public',
  drop: 'drop extension hstore',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'version', to: `update pg_extension set extversion = '0' where extname = 'hstore'`, class: 'behavioural' },
    { attribute: 'schema', to: 'alter extension hstore set schema ext', class: 'breaking' },
  ],
};

const LANGUAGE = `update pg_language set`;

export const languages: KindCases = {
  kind: 'language',
  given: 'create role "Röle.1"',
  make: 'create language "L ä" handler plpgsql_call_handler inline plpgsql_inline_handler validator plpgsql_validator',
  drop: 'drop language "L ä"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter language "L ä" owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'trusted', to: `${LANGUAGE} lanpltrusted = true where lanname = 'L ä'`, class: 'behavioural' },
    {
      attribute: 'handler',
      to: `${LANGUAGE} lanplcallfoid = 'fmgr_sql_validator'::regproc where lanname = 'L ä'`,
      class: 'behavioural',
    },
    { attribute: 'inline', to: `${LANGUAGE} laninline = 0 where lanname = 'L ä'`, class: 'behavioural' },
    { attribute: 'validator', to: `${LANGUAGE} lanvalidator = 0 where lanname = 'L ä'`, class: 'behavioural' },
  ],
};

export const accessMethods: KindCases = {
  kind: 'access method',
  make: 'create access method "A ä" type table handler heap_tableam_handler',
  drop: 'drop access method "A ä"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'handler', to: `update pg_am set amhandler = 'bthandler'::regproc where amname = 'A ä'`, class: 'behavioural' },
    { attribute: 'type', to: `update pg_am set amtype = 'i' where amname = 'A ä'`, class: 'breaking' },
  ],
};

export const defaultPrivileges: KindCases = {
  kind: 'default privilege',
  given: ROLE,
  make: 'alter default privileges in schema public grant select on tables to "Röle.1"',
  drop: 'alter default privileges in schema public revoke select on tables from "Röle.1"',
  added: 'behavioural',
  removed: 'behavioural',
  changes: [
    {
      attribute: 'privileges',
      to: 'alter default privileges in schema public grant insert on tables to "Röle.1"',
      class: 'behavioural',
    },
  ],
};

export const settings: KindCases = {
  kind: 'setting',
  given: ROLE,
  make: `do $$ begin execute format('alter database %I set work_mem = ''8MB''', current_database()); end $$`,
  drop: `do $$ begin execute format('alter database %I reset work_mem', current_database()); end $$`,
  added: 'behavioural',
  removed: 'behavioural',
  changes: [
    {
      attribute: 'value',
      to: `do $$ begin execute format('alter database %I set work_mem = ''9MB''', current_database()); end $$`,
      class: 'behavioural',
    },
    {
      attribute: 'value',
      given: `do $$ begin execute format('alter role "Röle.1" in database %I set work_mem = ''8MB''', current_database()); end $$`,
      to: `do $$ begin execute format('alter role "Röle.1" in database %I set work_mem = ''9MB''', current_database()); end $$`,
      class: 'behavioural',
    },
  ],
};

/** One for each level at which rights can be granted. */
const LEVELS: [object: string, right: string][] = [
  ['table t', 'insert'],
  ['sequence s', 'update'],
  ['function f()', 'execute'],
  ['aggregate g(int)', 'execute'],
  ['schema public', 'create'],
  ['type e', 'usage'],
  ['domain d', 'usage'],
  ['language plx', 'usage'],
  ['foreign data wrapper w', 'usage'],
  ['foreign server fs', 'usage'],
];

const sqlName = (object: string): string => object.replace('aggregate', 'function');

export const grants: KindCases = {
  kind: 'grant',
  given: `set search_path = public; create role "Röle.1"; create table t(id int, v text); create sequence s; create type e as enum (); create domain d as int;
    create function f() returns int language sql return 1; create aggregate g(int) (sfunc = int4pl, stype = int); create trusted language plx handler plpgsql_call_handler;
    create foreign data wrapper w; create server fs foreign data wrapper w`,
  make: 'grant select on t to "Röle.1"',
  drop: 'revoke select on t from "Röle.1"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'privileges', to: 'grant insert on t to "Röle.1"', class: 'behavioural' },
    {
      attribute: 'privileges',
      given: 'grant insert on t to "Röle.1"',
      to: 'revoke insert on t from "Röle.1"',
      class: 'breaking',
    },
    {
      attribute: 'privileges',
      given: 'grant select (v) on t to "Röle.1"',
      to: 'grant update (v) on t to "Röle.1"',
      class: 'behavioural',
    },
    {
      attribute: 'removed',
      given: 'grant select (v) on t to "Röle.1"',
      to: 'revoke select (v) on t from "Röle.1"',
      class: 'breaking',
    },
    { attribute: 'added', to: 'revoke execute on function f() from public', class: 'breaking' },
    ...LEVELS.slice(1).map(([object, right]) => ({
      attribute: 'added',
      to: `grant ${right} on ${sqlName(object)} to "Röle.1"`,
      class: 'behavioural' as const,
    })),
    ...LEVELS.slice(1).map(([object, right]) => ({
      attribute: 'privileges',
      given: `grant ${right} on ${sqlName(object)} to "Röle.1"`,
      to: `grant ${right} on ${sqlName(object)} to "Röle.1" with grant option`,
      class: 'behavioural' as const,
    })),
  ],
};

export const comments: KindCases = {
  kind: 'comment',
  given:
    'set search_path = public; create table "T.ä"(id int primary key, check (id > 0)); create index i on "T.ä"(id); create function f() returns int language sql return 1; create type comp as (a int)',
  make: `comment on table "T.ä" is 'it''s'`,
  drop: 'comment on table "T.ä" is null',
  added: 'cosmetic',
  removed: 'cosmetic',
  changes: [
    { attribute: 'text', to: `comment on table "T.ä" is 'other'`, class: 'cosmetic' },
    ...[
      'column "T.ä".id',
      'constraint "T.ä_pkey" on "T.ä"',
      'constraint "T.ä_id_check" on "T.ä"',
      'index i',
      'function f()',
      'type comp',
      'column comp.a',
    ].map((object) => ({
      attribute: 'added',
      to: `comment on ${object} is 'x'`,
      class: 'cosmetic' as const,
    })),
  ],
};

const LABEL = (label: string): string =>
  `insert into pg_seclabel values ('t'::regclass, 'pg_class'::regclass, 0, 'p', '${label}')`;

export const securityLabels: KindCases = {
  kind: 'security label',
  given: 'set search_path = public; create table t(id int)',
  make: LABEL('secret'),
  drop: 'delete from pg_seclabel',
  added: 'behavioural',
  removed: 'behavioural',
  changes: [{ attribute: 'label', to: `update pg_seclabel set label = 'open'`, class: 'behavioural' }],
};
