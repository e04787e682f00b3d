// Eighteen files become five. Run: npm run example:squash (needs pg_dump, as squash does)
import { cpSync, readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pawl, query, run, temporaryFolder } from '../throwaway.js';

const here = fileURLToPath(new URL('.', import.meta.url));

const story = async ({ create, check }) => {
  const cwd = temporaryFolder();
  cpSync(here, cwd, { recursive: true });
  try {
    const deploy = (url) => pawl(['deploy', '--direct'], { cwd, env: { SHOP_DATABASE_URL: url } });
    const files = () => readdirSync(`${cwd}/migrations`);

    console.log('A database runs the old files');
    const old = await create();
    check('eighteen migrations are applied', deploy(old).stderr.includes('18 applied'));

    console.log('\nSixteen of them are squashed');
    // Squash brings its own server, of pg_dump's version.
    const squash = (...args) =>
      pawl(['squash', '--to', '16', '--split', ...args], { cwd, env: { PAWL_SCRATCH_DATABASE_URL: undefined } });
    const asked = squash();
    check('it asks what becomes of the rows of countries', asked.status === 4 && asked.stderr.includes('public.countries'));
    check('and has changed nothing', files().length === 18);
    check('with the answer it does it', squash('--seed', 'countries').status === 0);
    check('five files are left', files().length === 5);
    check('the old ones are aside', readdirSync(`${cwd}/migrations.squashed/1-16`).length === 16);

    console.log('\nThe database that ran the old files takes the new ones over');
    check('nothing runs', deploy(old).stderr.includes('0 applied'));
    check('the audit says so', (await query(old, `SELECT FROM pawl.events WHERE kind = 'squashed'`)).length === 3);
    check('the applied set is the files', pawl(['verify'], { cwd, env: { SHOP_DATABASE_URL: old } }).status === 0);

    console.log('\nAn empty database runs the new ones');
    const fresh = await create();
    check('five migrations are applied', deploy(fresh).stderr.includes('5 applied'));
    const diff = pawl(['diff', 'env:OLD', 'env:FRESH'], { cwd, env: { OLD: old, FRESH: fresh } });
    check('both databases have the same schema', diff.status === 0);
    check('and the same seed rows', (await query(fresh, 'SELECT FROM countries')).length === 3);
    await query(
      fresh,
      `INSERT INTO customers (name, updated_at) VALUES ('Ada', '2000-01-01'); UPDATE customers SET name = 'Ada L.'`,
    );
    check(
      'the timestamp trigger fires',
      (await query(fresh, `SELECT FROM customers WHERE updated_at > '2020-01-01'`)).length === 1,
    );

    console.log('\nA database that ran only some of the old files');
    const half = await create();
    const restored = temporaryFolder();
    cpSync(here, restored, { recursive: true });
    for (const name of readdirSync(`${restored}/migrations`).filter((file) => file > '010'))
      rmSync(`${restored}/migrations/${name}`);
    check('has ten of them', pawl(['deploy', '--direct'], { cwd: restored, env: { SHOP_DATABASE_URL: half } }).status === 0);
    rmSync(restored, { recursive: true });
    const refused = deploy(half);
    check(
      'is refused before anything is touched, and told which are missing',
      refused.status === 4 && refused.stderr.includes('11, 12'),
    );
  } finally {
    rmSync(cwd, { recursive: true });
  }
};

await run(story, { pgDump: true });
