-- graphile-migrate 1.4.1
create schema if not exists graphile_migrate;
create table graphile_migrate.current (filename text default 'current.sql'::text not null, content text not null, date timestamp with time zone default now() not null, PRIMARY KEY (filename));
create schema if not exists graphile_migrate;
create table graphile_migrate.migrations (hash text not null, previous_hash text, filename text not null, date timestamp with time zone default now() not null, PRIMARY KEY (hash));
insert into graphile_migrate.migrations (hash, previous_hash, filename, date) values ('sha1:73b785d09a54f913a48d417d730bea847b606305', NULL, '000001.sql', '2026-11-21 11:47:10.589463+00');
insert into graphile_migrate.migrations (hash, previous_hash, filename, date) values ('sha1:f8c5efa983b7f885e51b82246e8f164f6a116cec', 'sha1:73b785d09a54f913a48d417d730bea847b606305', '000002.sql', '2026-11-21 11:47:10.598639+00');
insert into graphile_migrate.migrations (hash, previous_hash, filename, date) values ('sha1:bc8e642709d5d2be4fb4b5556f94a3fc5281a961', 'sha1:f8c5efa983b7f885e51b82246e8f164f6a116cec', '000003.sql', '2026-11-21 11:47:10.603858+00');
