-- rails 6.1.7
create table public.ar_internal_metadata (key character varying not null, value character varying, created_at timestamp(6) without time zone not null, updated_at timestamp(6) without time zone not null, PRIMARY KEY (key));
insert into public.ar_internal_metadata (key, value, created_at, updated_at) values ('environment', 'default_env', '2026-11-21 11:50:45.278645', '2026-11-21 11:50:45.278645');
create table public.schema_migrations (version character varying not null, PRIMARY KEY (version));
insert into public.schema_migrations (version) values ('20240101000001');
insert into public.schema_migrations (version) values ('20240101000002');
insert into public.schema_migrations (version) values ('20240101000003');
