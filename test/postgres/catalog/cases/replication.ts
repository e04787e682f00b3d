import { ROLE, type KindCases } from '../attribute-case.js';

export const publications: KindCases = {
  kind: 'publication',
  given: `set search_path = public; create role "Röle.1" superuser; create table t(id int primary key, v text); create table u(id int)`,
  make: 'create publication "P ä" for table t',
  drop: 'drop publication "P ä"',
  added: 'behavioural',
  removed: 'behavioural',
  changes: [
    { attribute: 'owner', to: 'alter publication "P ä" owner to "Röle.1"', class: 'behavioural' },
    {
      attribute: 'allTables',
      given: 'create publication everything',
      to: 'drop publication everything; create publication everything for all tables',
      class: 'behavioural',
    },
    { attribute: 'operations', to: `alter publication "P ä" set (publish = 'insert')`, class: 'behavioural' },
    { attribute: 'viaRoot', to: 'alter publication "P ä" set (publish_via_partition_root = true)', class: 'behavioural' },
    { attribute: 'schemas', to: 'alter publication "P ä" add tables in schema public', class: 'behavioural', since: 150000 },
    {
      attribute: 'generatedColumns',
      to: 'alter publication "P ä" set (publish_generated_columns = stored)',
      class: 'behavioural',
      since: 180000,
    },
    { attribute: 'tables', to: 'alter publication "P ä" add table u', class: 'behavioural' },
    { attribute: 'tables', to: 'alter publication "P ä" set table t (id)', class: 'behavioural', since: 150000 },
    { attribute: 'tables', to: 'alter publication "P ä" set table t where (id > 0)', class: 'behavioural', since: 150000 },
  ],
};

export const subscriptions: KindCases = {
  kind: 'subscription',
  given: 'create role "Röle.1" superuser',
  make: `create subscription s connection 'dbname=x password=y' publication p with (connect = false, slot_name = 'a')`,
  drop: 'alter subscription s set (slot_name = none); drop subscription s',
  added: 'behavioural',
  removed: 'behavioural',
  changes: [
    { attribute: 'owner', to: 'alter subscription s owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'enabled', to: 'alter subscription s enable', class: 'behavioural' },
    { attribute: 'publications', to: 'alter subscription s set publication q with (refresh = false)', class: 'behavioural' },
    { attribute: 'slot', to: `alter subscription s set (slot_name = 'b')`, class: 'behavioural' },
    { attribute: 'synchronousCommit', to: `alter subscription s set (synchronous_commit = 'on')`, class: 'behavioural' },
    { attribute: 'settings', to: 'alter subscription s set (binary = true)', class: 'behavioural' },
  ],
};

export const foreignDataWrappers: KindCases = {
  kind: 'foreign data wrapper',
  given: 'set search_path = public; create role "Röle.1" superuser; create extension postgres_fdw',
  make: 'create foreign data wrapper "W ä"',
  drop: 'drop foreign data wrapper "W ä"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter foreign data wrapper "W ä" owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'handler', to: 'alter foreign data wrapper "W ä" handler postgres_fdw_handler', class: 'breaking' },
    { attribute: 'validator', to: 'alter foreign data wrapper "W ä" validator postgresql_fdw_validator', class: 'behavioural' },
    { attribute: 'options', to: `alter foreign data wrapper "W ä" options (a '1')`, class: 'behavioural' },
  ],
};

const SERVER = 'drop server "S ä"; create server "S ä"';

export const foreignServers: KindCases = {
  kind: 'foreign server',
  given: `${ROLE} create foreign data wrapper w1; create foreign data wrapper w2; grant usage on foreign data wrapper w1 to "Röle.1"`,
  make: `create server "S ä" type 'a' version '1' foreign data wrapper w1 options (host 'a')`,
  drop: 'drop server "S ä"',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'owner', to: 'alter server "S ä" owner to "Röle.1"', class: 'behavioural' },
    { attribute: 'wrapper', to: `${SERVER} type 'a' version '1' foreign data wrapper w2 options (host 'a')`, class: 'breaking' },
    { attribute: 'type', to: `${SERVER} type 'b' version '1' foreign data wrapper w1 options (host 'a')`, class: 'behavioural' },
    { attribute: 'version', to: `alter server "S ä" version '2'`, class: 'behavioural' },
    { attribute: 'options', to: `alter server "S ä" options (set host 'b')`, class: 'behavioural' },
  ],
};

export const userMappings: KindCases = {
  kind: 'user mapping',
  given: `${ROLE} create foreign data wrapper w; create server s foreign data wrapper w`,
  make: `create user mapping for "Röle.1" server s options ("user" 'a', password 'x')`,
  drop: 'drop user mapping for "Röle.1" server s',
  added: 'behavioural',
  removed: 'breaking',
  changes: [
    { attribute: 'options', to: `alter user mapping for "Röle.1" server s options (set "user" 'b')`, class: 'behavioural' },
  ],
};
