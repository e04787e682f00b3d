// Stands for a declarative schema tool, as many projects have one beside their migrations: it brings the views of one schema
// to the state that a snapshot describes. Running it again changes nothing, which is what an `exec` stage needs.
//
// Usage: DATABASE_URL=postgres://... node examples/snapshot/apply.js snapshot.yaml
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { parse } from 'yaml';

const [snapshotFile] = process.argv.slice(2);
const { schema, views } = parse(await readFile(snapshotFile, 'utf8'));
const name = (word) => pg.escapeIdentifier(word);

const client = new pg.Client({ connectionString: process.env.DATABASE_URL, application_name: 'snapshot' });
await client.connect();
try {
  await client.query(`BEGIN; SET LOCAL lock_timeout = '3s'; CREATE SCHEMA IF NOT EXISTS ${name(schema)}`);
  const { rows } = await client.query('SELECT viewname FROM pg_views WHERE schemaname = $1', [schema]);
  for (const { viewname } of rows) await client.query(`DROP VIEW ${name(schema)}.${name(viewname)}`);
  for (const [view, query] of Object.entries(views)) {
    await client.query(`CREATE VIEW ${name(schema)}.${name(view)} AS ${query}`);
    console.log(`${schema}.${view} is as the snapshot says`);
  }
  await client.query('COMMIT');
} finally {
  await client.end();
}
