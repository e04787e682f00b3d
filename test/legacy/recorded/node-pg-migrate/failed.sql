-- node-pg-migrate 9.0.0
create table public.pgmigrations (id serial, name character varying(255) not null, run_on timestamp without time zone not null, PRIMARY KEY (id));
insert into public.pgmigrations (id, name, run_on) values ('1', '1700000000000_step', '2026-11-21 11:47:01.361066');
insert into public.pgmigrations (id, name, run_on) values ('2', '1700000000001_step', '2026-11-21 11:47:01.361066');
insert into public.pgmigrations (id, name, run_on) values ('3', '1700000000002_step', '2026-11-21 11:47:01.361066');
select setval(pg_get_serial_sequence('public.pgmigrations', 'id'), max(id)) from public.pgmigrations;
