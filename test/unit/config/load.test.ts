import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/config/config-error.js';
import { loadConfig } from '../../../src/config/load.js';

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'pawl-config-'));
});
afterEach(() => rm(cwd, { recursive: true }));

const put = (name: string, text: string): Promise<void> => writeFile(join(cwd, name), text);

/** The faults that loading `text` reports, one `path: message` each. */
async function faults(text: string, name = 'pawl.config.yaml'): Promise<string[]> {
  await put(name, text);
  const error: unknown = await loadConfig({ cwd }).catch((reason: unknown) => reason);
  if (!(error instanceof ConfigError)) throw new Error('expected a ConfigError', { cause: error });
  return error.faults.map(({ path, message }) => `${path}: ${message}`);
}

const orders = (body: string): string => `targets:\n  orders:\n    database: { env: ORDERS_DATABASE_URL }\n${body}`;
const STAGES = '    stages:\n      - migrate: migrations/schema\n';

describe('a valid configuration', () => {
  it('is found from a folder below, with defaults filled in', async () => {
    await put('pawl.config.yaml', orders(STAGES));
    await mkdir(join(cwd, 'services/orders'), { recursive: true });
    const { config, path, root } = await loadConfig({ cwd: join(cwd, 'services/orders') });
    expect([path, root]).toEqual([join(cwd, 'pawl.config.yaml'), cwd]);
    expect(config.targets.orders).toMatchObject({
      ledger: { schema: 'pawl' },
      lockTimeout: '3s',
      stages: [{ migrate: 'migrations/schema' }],
    });
  });

  it.each([
    [
      'pawl.config.ts',
      "import { defineConfig } from 'pawl';\nconst env: string = 'DB';\nexport default defineConfig({ targets: { a: { database: { env }, stages: [{ migrate: 'm' }] } } });",
    ],
    [
      'pawl.config.mjs',
      "import { defineConfig } from 'pawl';\nexport default defineConfig({ targets: { a: { database: { env: 'DB' }, stages: [{ migrate: 'm' }] } } });",
    ],
    ['pawl.config.json', '{ "targets": { "a": { "database": { "env": "DB" }, "stages": [{ "migrate": "m" }] } } }'],
  ])('may be %s', async (name, text) => {
    await put(name, text);
    expect((await loadConfig({ cwd })).config.targets.a?.database).toEqual({ env: 'DB' });
  });

  it('may be named by the caller', async () => {
    await put('other.yaml', orders(STAGES));
    expect((await loadConfig({ cwd, file: 'other.yaml' })).path).toBe(join(cwd, 'other.yaml'));
  });
});

describe('a fault', () => {
  it('says path, expectation and what was found, one for each', async () => {
    const text = orders(`    lockTimeout: 3 sec\n    retired: 5\n    late: maybe\n    stages: []\n`);
    expect(await faults(text)).toEqual([
      'targets.orders.lockTimeout: expected a duration such as 500ms, 3s, 10m or 1d, found "3 sec"',
      'targets.orders.late: expected apply or warn or fail, found "maybe"',
      'targets.orders.retired: expected a list of versions, or { before: version }, found 5',
      'targets.orders.stages: expected a list that is not empty, found an empty list',
    ]);
  });

  it('names what is missing', async () => {
    expect(await faults('targets:\n  orders: {}\n')).toEqual([
      'targets.orders.database: passwords and addresses belong in the environment; expected { env: NAME_OF_VARIABLE }',
      'targets.orders.stages: expected a list, found nothing',
    ]);
  });

  it('is a file that is empty, or has nothing but comments', async () => {
    expect(await faults('')).toEqual(['pawl.config.yaml: is empty']);
    expect(await faults('# later\n')).toEqual(['pawl.config.yaml: is empty']);
  });

  it('suggests the nearest known key', async () => {
    const text = orders(`    lockTimout: 3s\n    ledger: { shema: x }\n    colour: red\n${STAGES}`);
    expect(await faults(text)).toEqual([
      'targets.orders.ledger.shema: unknown key; did you mean "schema"?',
      'targets.orders.lockTimout: unknown key; did you mean "lockTimeout"?',
      expect.stringMatching(
        /^targets\.orders\.colour: unknown key; expected one of database, password, role, ledger, before, adopt, /,
      ) as string,
    ]);
  });

  it('an approval cannot need more people than may give it', async () => {
    const stages = `    stages:\n      - approve: { name: go, of: 2, by: [ann, Ann] }\n`;
    expect(await faults(orders(stages))).toEqual(['targets.orders.stages[0].approve.of: asks for 2 people, and by names 1']);
  });

  it('a notification has one way to whom, spelt as here, and waits for what can pass', async () => {
    const notify = (...entries: string[]): string =>
      orders(`    notify:\n${entries.map((entry) => `      - { on: [${entry} }\n`).join('')}${STAGES}`);
    const wrong = notify(
      'done]',
      'done], slack: { env: A }, command: [x]',
      'blocked], afer: 2m, slack: { env: A }',
      'blokked], slack: { env: A }',
    );
    const kinds = 'expected a notification, one of slack, webhook, command beside on, after';
    expect(await faults(wrong)).toEqual([
      `targets.orders.notify[0]: ${kinds}; found none`,
      `targets.orders.notify[1]: ${kinds}; found slack and command together, make them entries of their own`,
      'targets.orders.notify[2].afer: unknown key; did you mean "after"?',
      expect.stringMatching(/^targets\.orders\.notify\[3\]\.on\[0\]: expected blocked or approval or failed or done or drift/),
    ]);
    expect(await faults(notify('done, drift], after: 2m, slack: { env: A }'))).toEqual([
      'targets.orders.notify[0].after: says how long blocked or approval has to last; the others are told at once',
    ]);
  });

  it('knows which kind of stage was meant', async () => {
    const text = orders(
      [
        '    stages:',
        '      - migrate: { directory: m, formt: x }',
        '      - migrat: migrations',
        '      - exec: { name: apply, command: apply.sh }',
        '      - approve: { name: go }',
        '        assert: a',
        '      - deploy',
        '      - signal:',
        '          - webhok: { url: { env: A } }',
        '          - healthy: { url: nowhere }',
      ].join('\n'),
    );
    const kinds = 'expected a stage, one of migrate, exec, constraints, backfill, assert, approve, signal';
    expect(await faults(text)).toEqual([
      'targets.orders.stages[0].migrate.formt: unknown key; did you mean "format"?',
      `targets.orders.stages[1]: ${kinds}; found migrat, did you mean migrate?`,
      'targets.orders.stages[2].exec.command: expected a list, found "apply.sh"',
      `targets.orders.stages[3]: ${kinds}; found approve and assert together, make them entries of their own`,
      `targets.orders.stages[4]: ${kinds}, found "deploy"`,
      'targets.orders.stages[5].signal[0]: expected a dependent, one of webhook, pgNotify, temporalSignal, healthy; found webhok, did you mean webhook?',
      'targets.orders.stages[5].signal[1].healthy.url: expected an http or https address, found "nowhere"',
    ]);
  });

  it('never shows a password that was written into the file', async () => {
    const secret = 'postgres://me:hunter2@db/orders';
    for (const database of [secret, `{ env: "${secret}" }`, `{ url: "${secret}" }`]) {
      const text = (await faults(`targets:\n  orders:\n    database: ${database}\n${STAGES}`)).join('\n');
      expect(text).toContain('passwords and addresses belong in the environment');
      expect(text).not.toContain('hunter2');
    }
    const hook = orders('    stages:\n      - signal:\n          - webhook: { url: "https://me:hunter2@hook" }\n');
    expect((await faults(hook)).join()).not.toContain('hunter2');
  });

  it('is a directory, an approval or a ledger that is there twice', async () => {
    const stages = ['migrate: m', 'constraints: ./m/', 'approve: { name: go }', 'approve: { name: go }'].map(
      (stage) => `      - ${stage}\n`,
    );
    expect(await faults(orders(`    stages:\n${stages.join('')}`))).toEqual([
      'targets.orders.stages[1].constraints: the directory m is already used by stages[0].migrate',
      'targets.orders.stages[3].approve: the approval "go" has the same name as stages[2].approve',
    ]);
    const twin = orders(STAGES) + orders(STAGES).replace('targets:\n', '').replace('orders:', 'twin:');
    expect(await faults(twin)).toEqual([
      'targets.twin: has the database and the ledger of targets.orders; give it a ledger of its own: ledger: { schema: ... }',
    ]);
  });

  it('is a wave that is called as the last one is, or twice the same', async () => {
    const waves = ['{ name: eu }', '{ name: rest }', '{ name: eu }'].map((wave) => `      - ${wave}\n`).join('');
    const fleet = `fleets:\n  tenants:\n    database: { env: URL }\n    members: { list: [a] }\n${STAGES}    waves:\n${waves}`;
    expect(await faults(fleet)).toEqual([
      'fleets.tenants.waves[2].name: the wave "eu" has the same name as fleets.tenants.waves[0].name',
      'fleets.tenants.waves[1].name: "rest" is what the members are called that no wave takes',
    ]);
  });

  it('is a tracker that cannot be mirrored', async () => {
    expect(await faults(orders(`    adopt: { from: sqitch, mirror: true }\n${STAGES}`))).toEqual([
      expect.stringMatching(/^targets\.orders\.adopt\.mirror: the tracker of sqitch cannot be mirrored: .*--log-only/),
    ]);
  });

  it('says the line of a mistake in the syntax', async () => {
    expect(await faults('targets:\n  orders: [\n')).toEqual([
      expect.stringMatching(/^pawl\.config\.yaml:3:1: Flow sequence/) as string,
    ]);
    expect(await faults('targets: {}\ntargets: {}\n')).toEqual(['pawl.config.yaml:2:1: Map keys must be unique']);
  });

  it('says why a program cannot be loaded', async () => {
    expect((await faults('throw new Error("no such thing")', 'pawl.config.ts'))[0]).toContain('cannot be loaded: no such thing');
    expect((await faults('export const config = {}', 'pawl.config.ts'))[0]).toContain('found no default export');
  });

  it('is a missing file, with the names that were looked for', async () => {
    await expect(loadConfig({ cwd })).rejects.toThrow(
      /expected one of pawl\.config\.ts, .*pawl\.config\.yml here or in a folder above/,
    );
    await expect(loadConfig({ cwd, file: 'nowhere.yaml' })).rejects.toThrow(/nowhere\.yaml: cannot be read \(ENOENT\)/);
  });
});
