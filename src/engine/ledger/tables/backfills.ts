/** How far each backfill is; a row stays when it has finished. `s` is the schema, quoted. */
export const backfillsTable = (s: string): string => `
  create table ${s}.backfills (
    version text collate "C" primary key,
    relation text not null,
    key jsonb not null,
    -- The last key that is done, as texts in the order of the key; null before the first batch of a pass.
    cursor jsonb,
    -- Where the pass ends; null for a table that has no rows.
    upto jsonb,
    pass int not null default 1,
    rows bigint not null default 0,
    seen bigint not null default 0,
    batches bigint not null default 0,
    size int,
    estimate bigint,
    -- Whether a row that was changed no longer matches the condition; null while that is not known.
    settles boolean,
    unvacuumed bigint not null default 0,
    vacuums int not null default 0,
    -- What holds it up just now.
    waits_for text,
    -- What an operator has asked for.
    paused_by text,
    paused_reason text,
    batch_ms int,
    pace real,
    deploy_id text,
    epoch bigint,
    started_at timestamptz not null default pg_catalog.clock_timestamp(),
    moved_at timestamptz not null default pg_catalog.clock_timestamp(),
    finished_at timestamptz)`;
