-- diesel 2.3.14
create table public.__diesel_schema_migrations (version character varying(50) not null, run_on timestamp without time zone default CURRENT_TIMESTAMP not null, PRIMARY KEY (version));
insert into public.__diesel_schema_migrations (version, run_on) values ('20240101000001', '2026-11-21 11:50:23.931644');
insert into public.__diesel_schema_migrations (version, run_on) values ('20240101000002', '2026-11-21 11:50:23.942997');
insert into public.__diesel_schema_migrations (version, run_on) values ('20240101000003', '2026-11-21 11:50:23.947225');
