/** Small migrations of real shape: a table, an index, a column, a constraint, some rows, by turns. */
export function smallMigrations(n: number): string[] {
  return Array.from({ length: n }, (_, index) => step(index + 1));
}

function step(version: number): string {
  const table = `orders_${Math.ceil(version / 5)}`;
  switch (version % 5) {
    case 1:
      return `-- a table of the service\ncreate table ${table} (\n  id bigint generated always as identity primary key,\n  customer text not null,\n  total numeric(12, 2) not null default 0,\n  created_at timestamptz not null default now()\n);\n`;
    case 2:
      return `create index ${table}_customer_idx on ${table} (customer);\n`;
    case 3:
      return `alter table ${table} add column note text;\ncomment on column ${table}.note is 'free text';\n`;
    case 4:
      return `alter table ${table} add constraint ${table}_total_check check (total >= 0);\n`;
    default:
      return `insert into ${table} (customer, total) select 'c' || n, n from generate_series(1, 10) n;\n`;
  }
}
