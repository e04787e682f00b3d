-- prisma 6.19.3
create table public._prisma_migrations (id character varying(36) not null, checksum character varying(64) not null, finished_at timestamp with time zone, migration_name character varying(255) not null, logs text, rolled_back_at timestamp with time zone, started_at timestamp with time zone default now() not null, applied_steps_count integer default 0 not null, PRIMARY KEY (id));
insert into public._prisma_migrations (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count) values ('91f9d8f5-12a0-48cd-b022-f7663092c1f7', '4e72ef633f41e366087bdc55a343b524bf2c14a8a6f38e75f3c8ae5722d382b5', '2026-11-21 11:50:08.176+00', '20240101000001_step', NULL, NULL, '2026-11-21 11:50:08.161+00', '1');
insert into public._prisma_migrations (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count) values ('9e6c6f7b-4d19-40eb-9193-9779fa0ab194', 'f963f4c722f50a27b1a7b6358e369a0b92aa8403fcb6cb48fee1b068225568b2', '2026-11-21 11:50:08.206+00', '20240101000002_step', NULL, NULL, '2026-11-21 11:50:08.179+00', '1');
insert into public._prisma_migrations (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count) values ('1a68c6a4-7ce6-41ec-af98-239a681b2184', '194056d0d3932438ada1cb877acc369427e22a1428d1ddeea29168334c1cd202', '2026-11-21 11:50:08.218+00', '20240101000003_step', NULL, NULL, '2026-11-21 11:50:08.215+00', '1');
insert into public._prisma_migrations (id, checksum, finished_at, migration_name, logs, rolled_back_at, started_at, applied_steps_count) values ('be3c63d5-3bd6-4ee5-86d7-f69be259f875', '7bd876ff4a14c1ac6e295cfafbef9b4b3c31ed37005606366256c9bc450da7de', NULL, '20240101000004_step', 'external connector error
Error querying the database: ERROR: division by zero
   0: sql_schema_connector::apply_migration::apply_script
           with migration_name="20240101000004_step"
             at schema-engine/connectors/sql-schema-connector/src/apply_migration.rs:113
   1: schema_commands::commands::apply_migrations::Applying migration
           with migration_name="20240101000004_step"
             at schema-engine/commands/src/commands/apply_migrations.rs:95
   2: schema_engine_wasm::wasm::engine::ApplyMigrations
             at schema-engine/schema-engine-wasm/src/wasm/engine.rs:167', NULL, '2026-11-21 11:50:19.468+00', '0');
