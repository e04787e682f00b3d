// Two services that both own DDL, and one retires its runner. Run: npm run example:retire
import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pawl, query, run, temporaryFolder } from '../throwaway.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const ROLES = ['example_billing_app', 'example_shop_owner'];
const [APP, OWNER] = ROLES;

await run(async ({ create, check }) => {
  const cwd = temporaryFolder();
  cpSync(here, cwd, { recursive: true });
  const database = await create();
  const asAdmin = (sql) => query(database, sql);
  const asBilling = async (sql) => {
    const rows = await query(database, `SET ROLE ${APP}; ${sql}`).catch((error) => error.code);
    return rows ?? 'done';
  };
  const env = { SHOP_DATABASE_URL: database };
  for (const role of ROLES) await asAdmin(`DROP ROLE IF EXISTS ${role}; CREATE ROLE ${role}`);
  try {
    console.log('Two runners, one schema');
    check('the shop deploys', pawl(['deploy', 'shop', '--direct'], { cwd, env }).status === 0);
    check(
      'billing deploys, and its CREATE TABLE IF NOT EXISTS does nothing',
      pawl(['deploy', 'billing', '--direct'], { cwd, env }).status === 0,
    );

    console.log('\nWho defines what belongs to whom?');
    const found = pawl(['owners'], { cwd, env });
    check(
      'billing changes what belongs to the shop',
      found.status === 7 && /billing\/0002_invoices.sql:2 of billing changes table public.customers/.test(found.stdout),
    );
    check('both create customers', /table public.customers: shop .*, billing /.test(found.stdout));
    const differs = pawl(['diff', 'shop', 'billing'], { cwd, env });
    check(
      'their definitions differ: a default, and the index that ON CONFLICT needs',
      differs.status === 7 && /'new'/.test(differs.stdout) && /ON CONFLICT/i.test(differs.stdout),
    );

    console.log('\nThe shop takes over, billing retires its runner');
    const before = pawl(['diff', 'env:SHOP_DATABASE_URL', '--record', 'before.json'], { cwd, env });
    check('the schema is recorded', before.status === 0);
    cpSync(`${cwd}/takeover`, `${cwd}/shop`, { recursive: true });
    const retired = ['--config', 'retired.config.yaml'];
    check('the shop deploys what it takes over', pawl(['deploy', 'shop', '--direct', ...retired], { cwd, env }).status === 0);
    const ignored = ['--ignore-owners', '--ignore-privileges'];
    check(
      'nothing has changed by that',
      pawl(['diff', 'before.json', 'env:SHOP_DATABASE_URL', ...ignored], { cwd, env }).status === 0,
    );
    check('nobody defines what belongs to another any more', pawl(['owners', ...retired], { cwd, env }).status === 0);

    console.log("\nBilling's role: it reads, inserts and updates");
    await asAdmin(`ALTER TABLE invoices OWNER TO ${APP}`);
    const grants = ['owners', 'shop', '--grants', APP, ...retired];
    check('an owner cannot be held back, so a new one must be named', pawl(grants, { cwd, env }).status === 4);
    const script = pawl([...grants, '--new-owner', OWNER], { cwd, env });
    await asAdmin(script.stdout);
    await asAdmin(script.stdout);
    check(
      'it inserts',
      (await asBilling(
        `INSERT INTO customers (email) VALUES ('a@example.org'); INSERT INTO invoices (customer_id, cents) VALUES (1, 5)`,
      )) === 'done',
    );
    check('the rows are there', (await asAdmin('SELECT FROM invoices')).length === 1);
    check(
      'it updates',
      (await asBilling('UPDATE invoices SET cents = 6')) !== '42501' &&
        (await asAdmin('SELECT cents FROM invoices'))[0].cents === 6,
    );
    for (const sql of [
      'DELETE FROM invoices',
      'ALTER TABLE invoices ADD COLUMN x int',
      'DROP TABLE customers',
      'CREATE TABLE mine (id int)',
      'TRUNCATE orders',
    ])
      check(`it is refused: ${sql}`, (await asBilling(sql)) === '42501');

    console.log('\nBilling starts when the schema is there');
    check(
      'await lets it start',
      pawl(['await', 'shop', '--until', '3', '--timeout', '5s', ...retired], { cwd, env }).status === 0,
    );
    check('its old tracker is still there', (await asAdmin('SELECT FROM pawl_billing.applied_migrations')).length === 2);
  } finally {
    for (const role of ROLES) await asAdmin(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
    rmSync(cwd, { recursive: true });
  }
});
