/** The floor: one psql, one transaction per file with its tracker row. */
export function psqlScript(files: Record<string, string>): string {
  const parts = Object.entries(files).map(
    ([name, sql]) => `begin;\n${sql}\ninsert into schema_migrations (name) values ('${name}');\ncommit;\n`,
  );
  return `create table schema_migrations (name text primary key, applied_at timestamptz not null default now());\n${parts.join('')}`;
}
