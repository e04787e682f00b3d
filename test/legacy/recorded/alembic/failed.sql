-- alembic 1.20.1
create table public.alembic_version (version_num character varying(32) not null, PRIMARY KEY (version_num));
insert into public.alembic_version (version_num) values ('000003');
