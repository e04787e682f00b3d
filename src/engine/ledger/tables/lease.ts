/** One row: who may deploy now, and which rows of the applied set would survive a crash of the server. `s` is the schema, quoted. */
export const leaseTable = (s: string): string => `
  create table ${s}.lease (
    one boolean primary key default true check (one),
    epoch bigint not null,
    deploy_id text,
    owner text,
    release text,
    system_identifier text,
    timeline int,
    acquired_at timestamptz,
    released_at timestamptz,
    flushed bigint not null default 0);
  insert into ${s}.lease (epoch) values (0)`;
