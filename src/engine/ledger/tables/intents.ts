/** The journal of migrations that cannot be one transaction. `s` is the schema, quoted. */
export const intentsTable = (s: string): string => `
  create table ${s}.intents (
    version text collate "C" not null,
    statement int not null,
    hash text not null,
    state text not null check (state in ('running', 'done')),
    detail jsonb not null default '{}',
    deploy_id text not null,
    epoch bigint not null,
    started_at timestamptz not null default pg_catalog.clock_timestamp(),
    finished_at timestamptz,
    primary key (version, statement))`;
