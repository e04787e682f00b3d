/** One row about the ledger itself: whose it is, and which version its tables have. `s` is the schema, quoted. */
export const ledgerTable = (s: string): string => `
  create table ${s}.ledger (
    one boolean primary key default true check (one),
    target text not null,
    version int not null,
    created_at timestamptz not null default now(),
    -- Made with the ledger: the same in each copy of the database, another one in any other database.
    id uuid not null default gen_random_uuid(),
    environment text)`;
