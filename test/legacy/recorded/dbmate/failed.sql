-- dbmate 2.36.0
create table public.schema_migrations (version character varying not null, PRIMARY KEY (version));
insert into public.schema_migrations (version) values ('000001');
insert into public.schema_migrations (version) values ('000002');
insert into public.schema_migrations (version) values ('000003');
