-- tern 2.3.4
create table public.schema_version (version integer not null);
insert into public.schema_version (version) values ('3');
