-- drizzle 0.45.4
create schema if not exists drizzle;
create table drizzle.__drizzle_migrations (id serial, hash text not null, created_at bigint, PRIMARY KEY (id));
insert into drizzle.__drizzle_migrations (id, hash, created_at) values ('1', '95ba08abe80379cef7db952cae83f79a7738dc5e2d73672db8944569ee3cef87', '1700000000000');
insert into drizzle.__drizzle_migrations (id, hash, created_at) values ('2', '3f92ee84187a48a17e577ae0cb3a93037a9e57946e87c773ee63e0370228877a', '1700000000001');
insert into drizzle.__drizzle_migrations (id, hash, created_at) values ('3', 'd8f06aae27c5625a0eac09f3008bd6afc8c7a59efecece6de78efd594f87fcad', '1700000000002');
select setval(pg_get_serial_sequence('drizzle.__drizzle_migrations', 'id'), max(id)) from drizzle.__drizzle_migrations;
