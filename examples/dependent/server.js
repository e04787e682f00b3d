// A sample dependent: a service that must not serve before its schema is there, and that learns of each later deploy.
//
// - At its start it runs `pawl await`: no lock, reads only, waits through an absent database.
// - It listens on the channel of the target's `signal` stage, and reads the new state when a deploy has ended.
// - GET /healthz answers 503 until the schema is in place, then 200. GET /orders answers orders by status.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const { ORDERS_DATABASE_URL: connectionString, PORT = '8080' } = process.env;
const pawl = fileURLToPath(import.meta.resolve('pawl/package.json')).replace(/package\.json$/, 'dist/bin/pawl.js');
let orders;

const server = createServer((request, response) => {
  const answer = (status, body) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.url === '/healthz') answer(orders ? 200 : 503, { schema: orders ? 'in place' : 'awaited' });
  else if (request.url === '/orders' && orders) answer(200, orders);
  else answer(orders ? 404 : 503, {});
});
server.listen(Number(PORT));
console.log(`listening on port ${PORT}`);

const waiting = spawn(process.execPath, [pawl, 'await', 'orders'], { stdio: 'inherit' });
process.once('SIGTERM', () => {
  waiting.kill();
  process.exit(0);
});
const [code] = await once(waiting, 'close');
if (code !== 0) process.exit(code ?? 1);

const client = new pg.Client({ connectionString, application_name: 'orders-service' });
// Without its connection it would miss the next deploy: whoever runs it starts it again.
client.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
client.on('notification', ({ payload }) => {
  const { release, deployId } = JSON.parse(payload);
  console.log(`schema changed: release ${release}, deploy ${deployId}`);
  void readOrders();
});
await client.connect();
await client.query('LISTEN schema_changed');
await readOrders();
console.log('schema in place, serving');

async function readOrders() {
  const { rows } = await client.query('SELECT status, count(*)::int AS orders FROM orders GROUP BY 1 ORDER BY 1');
  orders = Object.fromEntries(rows.map((row) => [row.status, row.orders]));
}
