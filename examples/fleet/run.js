// Sixty tenants, one of them broken. Run: npm run example:fleet
import { cpSync, rmSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pawl, query, run, temporaryFolder } from '../throwaway.js';

const here = fileURLToPath(new URL('.', import.meta.url));
const TENANTS = 60;

const story = async ({ create, check }) => {
  const cwd = temporaryFolder();
  cpSync(here, cwd, { recursive: true });
  try {
    const urls = [];
    for (let at = 0; at < TENANTS; at += 1) urls.push(await create());
    const planOf = (at) => (at < 3 ? 'internal' : at < 20 ? 'free' : 'paid');
    const lines = urls.map((url, at) => `tenant-${at + 1},${planOf(at)},${new URL(url).pathname.slice(1)}`);
    writeFileSync(`${cwd}/tenants.csv`, ['name,plan,database', ...lines, ''].join('\n'));
    const template = new URL(urls[0]);
    template.pathname = '/DATABASE';
    const env = { TENANT_URL: template.href.replace('DATABASE', '{database}') };
    const fleet = (...args) => pawl(['fleet', ...args], { cwd, env });
    const aside = `${cwd}/002_total.sql`;
    renameSync(`${cwd}/migrations/002_total.sql`, aside);

    console.log('Sixty databases get the first migration, wave by wave');
    const first = fleet('deploy', '--direct');
    check('all are deployed', first.status === 0 && first.stderr.includes('60 done'));

    console.log('\nOne of them holds a row that the second migration does not bear');
    const broken = urls[41];
    await query(broken, 'INSERT INTO invoices VALUES (1, -5)');
    renameSync(aside, `${cwd}/migrations/002_total.sql`);
    const second = fleet('deploy', '--direct');
    check('fifty-nine are done, one failed', second.status === 4 && second.stderr.includes('59 done, 1 failed'));
    check('it is named', second.stderr.includes('tenants/tenant-42'));
    check('and it is the one that is behind', fleet('plan').stdout.includes('1 migration pending, from 2'));

    console.log('\nIt is repaired, and the next rollout touches it alone');
    await query(broken, 'UPDATE invoices SET total = 5');
    const third = fleet('deploy', '--direct');
    check('one is done, fifty-nine had it', third.status === 0 && third.stderr.includes('1 done, 59 already up to date'));
    check('every member has what the files say', fleet('verify').status === 0);
    check('a member is a target to every verb', pawl(['log', 'tenants/tenant-42'], { cwd, env }).stdout.includes('failed'));
  } finally {
    rmSync(cwd, { recursive: true });
  }
};

await run(story);
