// Step 5: the service starts. Its first statement works only when the composite key is there.
import pg from 'pg';

const client = new pg.Client({ connectionString: process.env.DATABASE_URL, application_name: 'orders' });
await client.connect();
try {
  const { rows } = await client.query(
    `INSERT INTO orders (shop_id, number, total_cents) SELECT id, 'A-1', 1300 FROM shops
     ON CONFLICT (shop_id, number) DO UPDATE SET total_cents = excluded.total_cents RETURNING number, total_cents`,
  );
  console.log(`order ${rows[0].number} is now ${rows[0].total_cents} cents`);
} finally {
  await client.end();
}
