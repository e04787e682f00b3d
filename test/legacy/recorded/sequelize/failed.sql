-- sequelize 3.8.3
create table public."SequelizeMeta" (name character varying(255) not null, PRIMARY KEY (name));
insert into public."SequelizeMeta" (name) values ('1700000000000-step.cjs');
insert into public."SequelizeMeta" (name) values ('1700000000001-step.cjs');
insert into public."SequelizeMeta" (name) values ('1700000000002-step.cjs');
