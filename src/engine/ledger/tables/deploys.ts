/** One row for each deploy. `s` is the schema, quoted. */
export const deploysTable = (s: string): string => `
  create table ${s}.deploys (
    deploy_id text primary key,
    release text not null,
    label text not null,
    started_by text not null,
    outcome text,
    started_at timestamptz not null default pg_catalog.clock_timestamp(),
    finished_at timestamptz)`;
