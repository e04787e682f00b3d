/** The applied set. `s` is the schema, quoted. */
export const appliedMigrationsTable = (s: string): string => `
  create table ${s}.applied_migrations (
    version text collate "C" primary key,
    name text not null,
    checksum text,
    checksum_algorithm text,
    statements_checksum text,
    source text not null check (source in ('applied', 'adopted', 'skipped')),
    stage text not null,
    deploy_id text,
    epoch bigint,
    duration_ms int,
    late boolean not null default false,
    note text,
    position bigint generated always as identity,
    applied_at timestamptz not null default pg_catalog.clock_timestamp());
  comment on table ${s}.applied_migrations is 'What is applied here. Written by Pawl in the transaction of the migration itself; change it with pawl ledger only.'`;
