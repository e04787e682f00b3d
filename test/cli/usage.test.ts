import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runPawl, type Outcome } from '../support/cli.js';
import { writeProject } from '../support/project.js';

let project: Awaited<ReturnType<typeof writeProject>>;
beforeEach(async () => {
  project = await writeProject({});
});
afterEach(() => project.remove());

const pawl = (...args: string[]): Promise<Outcome> => runPawl(args, { cwd: project.directory });

describe('wrong usage ends with 2 and says what was meant', () => {
  it.each([
    [['deplyo'], /unknown command 'deplyo'[^]*Did you mean deploy\?/],
    [['migrate'], /unknown command 'migrate'[^]*Here it is: pawl deploy/],
    [['unlock', 'orders'], /Here it is: pawl lock break/],
    [['deploy', '--detahc'], /unknown option '--detahc'[^]*Did you mean --detach\?/],
    [['deploy', '--if-busy', 'hope'], /Allowed choices are wait, fail/],
    [['deploy', '--direct', '--detach'], /'--direct' cannot be used with option '--detach'/],
    [['await', '--timeout', 'soon'], /Expected a duration such as/],
    [['log', '--limit', '0'], /Expected a whole number from 1/],
    [['skip', 'orders', '7'], /skip needs --reason/],
    [['skip', '--reason', 'because'], /skip needs a version/],
    [['rollback'], /rollback needs --reason/],
    [['approve', 'orders', '--by', ''], /option '--by <name>'[^]*Expected text, found nothing/],
    [['cancel', 'orders', '--reason', ' '], /option '--reason <text>'[^]*Expected text, found nothing/],
    [['lock', 'break'], /lock break needs --reason/],
    [[], /Usage: pawl/],
  ])('pawl %j', async (args, message) => {
    const { code, stderr, stdout } = await pawl(...args);
    expect(stderr).toMatch(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('and no configuration is a usage error too, with the names that were looked for', async () => {
    const { code, stderr } = await pawl('deploy');
    expect(code).toBe(2);
    expect(stderr).toMatch(/no configuration found; nothing was touched[^]*pawl\.config\.yaml/);
  });
});

it('answers with one document on stdout, also when it fails', async () => {
  for (const args of [['plan'], ['deploy', '--nope'], ['skip', 'a']]) {
    const { stdout, code } = await pawl(...args, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ exit: 2, error: { message: expect.any(String) as string } });
    expect(code).toBe(2);
  }
});

it('explain says what a code means, and codec key makes a key', async () => {
  expect(await pawl('explain', 'ix001')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('CREATE INDEX without CONCURRENTLY') as string,
  });
  expect(await pawl('explain', 'IX0001')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean IX001?') as string,
  });
  const key = await pawl('codec', 'key', '--id', 'k1', '--json');
  expect(JSON.parse(key.stdout)).toEqual({ entry: expect.stringMatching(/^k1:[\w+/]{43}=$/) as string });
});

it('owners finds what a service defines for another one, without a database', async () => {
  const target = 'targets: { shop: { owner: shop, database: { env: SHOP }, stages: [{ migrate: migrations }] } }';
  const shop = await writeProject({
    'pawl.config.yaml': `owners: { shop: [orders], billing: [invoices] }\n${target}\n`,
    'migrations/1_a.sql': 'create table invoices (id int);',
  });
  const { code, stdout } = await runPawl(['owners'], { cwd: shop.directory });
  await shop.remove();
  expect(stdout).toContain('migrations/1_a.sql:1 of shop creates table public.invoices, which belongs to billing');
  expect(code).toBe(7);
});

it('lists every verb', async () => {
  const { stdout, code } = await pawl('--help');
  expect(code).toBe(0);
  const verbs = stdout.split('\n').flatMap((line) => /^ {2}([a-z]+) /.exec(line)?.[1] ?? []);
  const designed =
    'deploy status plan hold resume retry skip approve cancel verify adopt rollback await log new doctor worker dev';
  expect(stdout).toMatch(/Decide about a deploy:[^]*hold[^]*cancel/);
  expect(verbs).toEqual(expect.arrayContaining(designed.split(' ')));
});
