// Stands for a declarative schema tool: brings the tables to the state that a snapshot describes. Running it again changes nothing.
//
// Usage: DATABASE_URL=postgres://... node apply-snapshot.js snapshot.yaml
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { parse } from 'yaml';

const tables = parse(await readFile(process.argv[2], 'utf8'));
const name = (word) => pg.escapeIdentifier(word);

const client = new pg.Client({ connectionString: process.env.DATABASE_URL, application_name: 'snapshot' });
await client.connect();
try {
  await client.query(`BEGIN; SET LOCAL lock_timeout = '3s'`);
  for (const [table, columns] of Object.entries(tables)) {
    await client.query(`CREATE TABLE IF NOT EXISTS ${name(table)} ()`);
    for (const [column, definition] of Object.entries(columns))
      await client.query(`ALTER TABLE ${name(table)} ADD COLUMN IF NOT EXISTS ${name(column)} ${definition}`);
    console.log(`${table} is as the snapshot says`);
  }
  await client.query('COMMIT');
} finally {
  await client.end();
}
