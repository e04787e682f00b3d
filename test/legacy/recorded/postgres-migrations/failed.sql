-- postgres-migrations 5.3.0
create table public.migrations (id integer not null, name character varying(100) not null, hash character varying(40) not null, executed_at timestamp without time zone default CURRENT_TIMESTAMP, PRIMARY KEY (id), UNIQUE (name));
insert into public.migrations (id, name, hash, executed_at) values ('0', 'create-migrations-table', 'e18db593bcde2aca2a408c4d1100f6abba2195df', '2026-11-27 19:18:24.848127');
insert into public.migrations (id, name, hash, executed_at) values ('1', 'step0', 'ad0f51c8330a2bed531fd702b197abd474cbfb40', '2026-11-27 19:18:24.858303');
insert into public.migrations (id, name, hash, executed_at) values ('2', 'step1', 'fe8f2a40d96fac6de1a89a7fe4d4ed48dfe9e4c9', '2026-11-27 19:18:24.868334');
insert into public.migrations (id, name, hash, executed_at) values ('3', 'step2', '9e75a006fb9ea5fc18c664ff8904ab66be4b0a46', '2026-11-27 19:18:24.880476');
