-- typeorm 1.1.1
create table public.migrations (id serial, "timestamp" bigint not null, name character varying not null, PRIMARY KEY (id));
insert into public.migrations (id, "timestamp", name) values ('1', '1700000000000', 'step1700000000000');
insert into public.migrations (id, "timestamp", name) values ('2', '1700000000001', 'step1700000000001');
insert into public.migrations (id, "timestamp", name) values ('3', '1700000000002', 'step1700000000002');
select setval(pg_get_serial_sequence('public.migrations', 'id'), max(id)) from public.migrations;
