import { ROLE, type KindCases } from '../attribute-case.js';

const BODY = `$$ begin return a; end $$`;
const replace = (rest: string, result = 'int'): string =>
  `create or replace function "F.ä"(a int, b text default 'x') returns ${result} ${rest}`;
const again = (definition: string): string => `drop function "F.ä"(int, text); create ${definition}`;

export const functions: KindCases = {
  kind: 'function',
  given: `set search_path = public; ${ROLE}`,
  make: replace(`language plpgsql as ${BODY}`),
  drop: 'drop function "F.ä"(int, text)',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter function "F.ä" owner to "Röle.1"', class: 'behavioural' },
    {
      attribute: 'kind',
      to: again(`procedure "F.ä"(a int, b text default 'x') language plpgsql as 'begin end'`),
      class: 'breaking',
      also: ['function body', 'function returns', 'function arguments'],
    },
    {
      attribute: 'arguments',
      to: again(`function "F.ä"(a int, b text) returns int language plpgsql as ${BODY}`),
      class: 'breaking',
    },
    {
      attribute: 'arguments',
      to: again(`function "F.ä"(a int, c text default 'x') returns int language plpgsql as ${BODY}`),
      class: 'breaking',
    },
    {
      attribute: 'returns',
      to: again(`function "F.ä"(a int, b text default 'x') returns bigint language plpgsql as ${BODY}`),
      class: 'breaking',
    },
    {
      attribute: 'language',
      given: 'set local check_function_bodies = off;' + replace(`language plpgsql as 'select 1'`),
      to: replace(`language sql as 'select 1'`),
      class: 'behavioural',
    },
    { attribute: 'body', to: replace('language plpgsql as $$ begin return a + 1; end $$'), class: 'behavioural' },
    { attribute: 'body', to: replace('language plpgsql as $$\n begin\n return a; end $$'), class: 'cosmetic' },
    {
      attribute: 'body',
      given: replace('language sql return a'),
      to: replace('language sql return a + 1'),
      class: 'behavioural',
    },
    {
      attribute: 'library',
      given: `create function c_f(cstring) returns int language internal as 'int4in'`,
      to: `update pg_proc set probin = 'x' where proname = 'c_f'`,
      class: 'breaking',
    },
    { attribute: 'volatility', to: 'alter function "F.ä" immutable', class: 'breaking' },
    { attribute: 'strict', to: 'alter function "F.ä" strict', class: 'behavioural' },
    { attribute: 'securityDefiner', to: 'alter function "F.ä" security definer', class: 'behavioural' },
    { attribute: 'leakproof', to: 'alter function "F.ä" leakproof', class: 'behavioural' },
    { attribute: 'parallel', to: 'alter function "F.ä" parallel safe', class: 'behavioural' },
    { attribute: 'cost', to: 'alter function "F.ä" cost 5', class: 'behavioural' },
    {
      attribute: 'rows',
      given: 'create function many() returns setof int language sql return 1',
      to: 'alter function many rows 5',
      class: 'behavioural',
    },
    { attribute: 'support', to: 'alter function "F.ä" support generate_series_int4_support', class: 'behavioural' },
    { attribute: 'settings', to: `alter function "F.ä" set search_path = ''`, class: 'behavioural' },
  ],
};

const AGGREGATE = `drop aggregate g(int); create aggregate g(int)`;

export const aggregates: KindCases = {
  kind: 'aggregate',
  given: `set search_path = public; ${ROLE} create function plus(int, int) returns int immutable language sql return $1 + $2; create function same(int) returns int language sql return $1`,
  make: `create aggregate g(int) (sfunc = int4pl, stype = int, initcond = '0')`,
  drop: 'drop aggregate g(int)',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter aggregate g(int) owner to "Röle.1"', class: 'behavioural' },
    {
      attribute: 'kind',
      to: `update pg_aggregate set aggkind = 'o' where aggfnoid = 'g'::regproc`,
      class: 'breaking',
      also: ['aggregate arguments'],
    },
    {
      attribute: 'arguments',
      to: `drop aggregate g(int); create aggregate g(v int) (sfunc = int4pl, stype = int, initcond = '0')`,
      class: 'breaking',
    },
    { attribute: 'transition', to: `${AGGREGATE} (sfunc = plus, stype = int, initcond = '0')`, class: 'behavioural' },
    {
      attribute: 'state',
      to: `update pg_aggregate set aggtranstype = 'bigint'::regtype where aggfnoid = 'g'::regproc`,
      class: 'behavioural',
    },
    { attribute: 'initial', to: `${AGGREGATE} (sfunc = int4pl, stype = int, initcond = '1')`, class: 'behavioural' },
    {
      attribute: 'final',
      to: `${AGGREGATE} (sfunc = int4pl, stype = int, initcond = '0', finalfunc = same)`,
      class: 'behavioural',
    },
    {
      attribute: 'combine',
      to: `${AGGREGATE} (sfunc = int4pl, stype = int, initcond = '0', combinefunc = int4pl)`,
      class: 'behavioural',
    },
    {
      attribute: 'parallel',
      to: `${AGGREGATE} (sfunc = int4pl, stype = int, initcond = '0', parallel = safe)`,
      class: 'behavioural',
    },
    {
      attribute: 'sortOperator',
      to: `${AGGREGATE} (sfunc = int4pl, stype = int, initcond = '0', sortop = <)`,
      class: 'behavioural',
    },
    { attribute: 'details', to: `${AGGREGATE} (sfunc = int4pl, stype = int, initcond = '0', sspace = 64)`, class: 'behavioural' },
  ],
};

const TRIGGER_FUNCTION = 'create function tf() returns trigger language plpgsql as $$ begin return new; end $$';

export const triggers: KindCases = {
  kind: 'trigger',
  given: `set search_path = public; ${TRIGGER_FUNCTION}; create table t(id int)`,
  make: 'create trigger "T ä" before insert on t for each row execute function tf()',
  drop: 'drop trigger "T ä" on t',
  added: 'behavioural',
  removed: 'behavioural',
  changes: [
    {
      attribute: 'definition',
      to: 'create or replace trigger "T ä" after insert on t for each row execute function tf()',
      class: 'behavioural',
    },
    {
      attribute: 'definition',
      to: 'create or replace trigger "T ä" before insert on t for each row when (new.id > 0) execute function tf()',
      class: 'behavioural',
    },
    {
      attribute: 'definition',
      given: 'create trigger tt after insert on t referencing new table as n execute function tf()',
      to: 'create or replace trigger tt after insert on t referencing new table as m execute function tf()',
      class: 'behavioural',
    },
    {
      attribute: 'definition',
      given: 'create constraint trigger ct after insert on t deferrable for each row execute function tf()',
      to: 'drop trigger ct on t; create constraint trigger ct after insert on t deferrable initially deferred for each row execute function tf()',
      class: 'behavioural',
    },
    { attribute: 'enabled', to: 'alter table t disable trigger "T ä"', class: 'behavioural' },
    { attribute: 'enabled', to: 'alter table t enable always trigger "T ä"', class: 'behavioural' },
  ],
};

const EVENT_TRIGGER = 'drop event trigger e; create event trigger e on';

export const eventTriggers: KindCases = {
  kind: 'event trigger',
  given: `set search_path = public; create role "Röle.1" superuser;
    create function ef() returns event_trigger language plpgsql as $$ begin end $$; create function eg() returns event_trigger language plpgsql as $$ begin end $$`,
  make: `create event trigger e on ddl_command_end when tag in ('CREATE TABLE') execute function ef()`,
  drop: 'drop event trigger e',
  added: 'behavioural',
  removed: 'behavioural',
  changes: [
    { attribute: 'owner', to: 'alter event trigger e owner to "Röle.1"', class: 'behavioural' },
    {
      attribute: 'event',
      to: `${EVENT_TRIGGER} ddl_command_start when tag in ('CREATE TABLE') execute function ef()`,
      class: 'behavioural',
    },
    {
      attribute: 'tags',
      to: `${EVENT_TRIGGER} ddl_command_end when tag in ('DROP TABLE') execute function ef()`,
      class: 'behavioural',
    },
    {
      attribute: 'function',
      to: `${EVENT_TRIGGER} ddl_command_end when tag in ('CREATE TABLE') execute function eg()`,
      class: 'behavioural',
    },
    { attribute: 'enabled', to: 'alter event trigger e disable', class: 'behavioural' },
  ],
};
