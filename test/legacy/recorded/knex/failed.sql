-- knex 3.3.0
create table public.knex_migrations (id serial, name character varying(255), batch integer, migration_time timestamp with time zone, PRIMARY KEY (id));
insert into public.knex_migrations (id, name, batch, migration_time) values ('1', '000001_step.js', '1', '2026-11-21 11:47:19.517+00');
insert into public.knex_migrations (id, name, batch, migration_time) values ('2', '000002_step.js', '1', '2026-11-21 11:47:19.52+00');
insert into public.knex_migrations (id, name, batch, migration_time) values ('3', '000003_step.js', '1', '2026-11-21 11:47:19.523+00');
select setval(pg_get_serial_sequence('public.knex_migrations', 'id'), max(id)) from public.knex_migrations;
create table public.knex_migrations_lock (index serial, is_locked integer, PRIMARY KEY (index));
insert into public.knex_migrations_lock (index, is_locked) values ('1', '1');
select setval(pg_get_serial_sequence('public.knex_migrations_lock', 'index'), max(index)) from public.knex_migrations_lock;
