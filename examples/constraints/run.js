// Constraints that must come after another tool's schema step. Run: npm run example:constraints
import { fileURLToPath } from 'node:url';
import { pawl, query, run } from '../throwaway.js';

const cwd = fileURLToPath(new URL('.', import.meta.url));
const PROVED = `SELECT count(*)::int AS n FROM pg_constraint
  WHERE conname IN ('orders_number_key', 'orders_shop', 'orders_total') AND convalidated`;

await run(async ({ create, check }) => {
  const deploy = (url, ...args) => pawl(['deploy', '--direct', ...args], { cwd, env: { ORDERS_DATABASE_URL: url } });

  console.log('The right order: SQL before, tables, constraints, seed, start');
  const right = await create();
  const first = deploy(right);
  check('all five steps ran', first.status === 0 && first.stderr.includes('start'));
  check('three constraints are there and validated', (await query(right, PROVED))[0].n === 3);
  check(
    'the service upserts through the composite key',
    (await query(right, 'SELECT total_cents AS n FROM orders'))[0].n === 1300,
  );
  check('a second deploy changes nothing', deploy(right).status === 0);

  console.log('\nThe wrong order: constraints before the tables');
  const wrong = await create();
  const refused = deploy(wrong, '--config', 'wrong-order.config.yaml');
  check(
    'it stops at the constraint and says which stage to move',
    refused.status === 4 && /there is no table/.test(refused.stderr),
  );
  check(
    'what came before is applied, nothing is half done',
    (await query(wrong, 'SELECT FROM pawl.applied_migrations')).length === 1,
  );
  check('with the stages in order the same database goes on', deploy(wrong).status === 0);
  check('and all constraints are there', (await query(wrong, PROVED))[0].n === 3);

  console.log('\nA constraint is there already, put on by hand and never validated');
  const byHand = await create();
  await query(
    byHand,
    `CREATE TABLE shops (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
     CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shop_id bigint);
     ALTER TABLE orders ADD CONSTRAINT orders_shop FOREIGN KEY (shop_id) REFERENCES shops (id) NOT VALID`,
  );
  check('it is recognised', deploy(byHand).status === 0);
  check('and validated', (await query(byHand, PROVED))[0].n === 3);

  console.log('\nRows violate a constraint');
  const dirty = await create();
  await query(
    dirty,
    `CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shop_id bigint, number text);
     INSERT INTO orders (shop_id, number) VALUES (1, 'A-1'), (1, 'A-1'), (1, 'A-2')`,
  );
  const violated = deploy(dirty);
  check(
    'it is blocked, with count, columns and query',
    violated.status === 4 && /2 rows of "orders" violate/.test(violated.stderr),
  );
  check('no row values are shown', !violated.stderr.includes('A-1'));
  await query(dirty, 'DELETE FROM orders');
  check('once they are corrected the deploy goes on', deploy(dirty).status === 0);
});
