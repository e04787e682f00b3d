-- golang-migrate 4.20.1
create table public.schema_migrations (version bigint not null, dirty boolean not null, PRIMARY KEY (version));
insert into public.schema_migrations (version, dirty) values ('3', 'false');
