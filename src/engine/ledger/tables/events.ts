/** The audit; rows are only added. `s` is the schema, quoted. */
export const eventsTable = (s: string): string => `
  create table ${s}.events (
    id bigint generated always as identity primary key,
    at timestamptz not null default pg_catalog.clock_timestamp(),
    deploy_id text,
    kind text not null,
    version text,
    by text,
    reason text,
    detail jsonb not null default '{}')`;
