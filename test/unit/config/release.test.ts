import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRelease } from '../../../src/config/release.js';
import { configSchema } from '../../../src/config/schema.js';

let root: string;
const put = async (path: string, text: string | Buffer): Promise<void> => {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
};
const target = (stages: unknown) => ({
  target: configSchema.parse({ targets: { a: { database: { env: 'DB' }, stages } } }).targets.a!,
});
const STAGES = [
  { migrate: 'm' },
  { exec: { name: 'apply', command: ['tool', 'snapshot.yaml', '--yes'] } },
  { constraints: 'c' },
  { assert: 'a' },
  { approve: { name: 'go' } },
  { approve: { name: 'two', of: 2, by: ['ann', 'bob'], notBy: 'starter', within: '4h' } },
];
const digest = async (stages: unknown = STAGES): Promise<string> => (await readRelease(target(stages), root)).digest;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pawl-release-'));
  await put('m/1_a.sql', 'select 1;\n');
  await put('m/2_b.sql', 'select 2;\n');
  await put('c/3_c.sql', 'alter table t add constraint c check (true);\n');
  await put('a/true.sql', 'select true;\n');
  await put('snapshot.yaml', 'a: 1\n');
});
afterEach(() => rm(root, { recursive: true }));

it('holds the files of each stage, under its index', async () => {
  const release = await readRelease(target(STAGES), root);
  expect(release.faults).toEqual([]);
  expect(release.stages).toEqual([
    { kind: 'migrate', name: 'm' },
    { kind: 'exec', name: 'apply' },
    { kind: 'constraints', name: 'c' },
    { kind: 'assert', name: 'a' },
    { kind: 'approve', name: 'go' },
    { kind: 'approve', name: 'two', approval: { of: 2, by: ['ann', 'bob'], notBy: 'starter', within: 14_400_000 } },
  ]);
  expect(release.migrations.get(0)?.migrations.map(({ path }) => path)).toEqual(['m/1_a.sql', 'm/2_b.sql']);
  expect(release.migrations.get(2)).toMatchObject({ kind: 'constraints', name: 'c' });
  expect(release.assertions.get(3)).toEqual([{ name: 'true.sql', path: 'a/true.sql', sql: 'select true;\n' }]);
});

it('a stage of backfills takes no other file', async () => {
  await put('b/4_fill.sql', '-- pawl:backfill t by id\nupdate t set a = 1;\n');
  await put('b/5_all.sql', 'update t set a = 2;\n');
  const release = await readRelease(target([{ backfill: 'b' }]), root);
  expect(release.stages).toEqual([{ kind: 'backfill', name: 'b' }]);
  expect(release.migrations.get(0)?.migrations.map(({ version }) => version)).toEqual(['4', '5']);
  expect(release.faults.map(({ code, message }) => [code, message])).toEqual([
    ['BACKFILL_MISSING', 'b/5_all.sql: a backfill stage holds backfills only, and this file is none'],
  ]);
});

it('has another digest when anything that is deployed changes, and only then', async () => {
  const before = await digest();
  await put('m/1_a.sql', 'select 1;\r\n');
  await put('README.md', 'not deployed');
  expect(await digest()).toBe(before);
  const seen = new Set([before]);
  const changes: [string, string][] = [
    ['m/1_a.sql', 'select 11;'],
    ['a/true.sql', 'select not false;'],
    ['snapshot.yaml', 'a: 2'],
    ['c/4_d.sql', 'select 1;'],
  ];
  for (const [path, text] of changes) {
    await put(path, text);
    seen.add(await digest());
  }
  await rename(join(root, 'm/2_b.sql'), join(root, 'm/2_c.sql'));
  seen.add(await digest());
  seen.add(await digest(STAGES.toReversed()));
  expect(seen.size).toBe(changes.length + 3);
});

/** A value of each setting that is not its default; a new one has to be added here, and is part of the digest by itself. */
const OTHER: Record<string, unknown> = {
  database: { env: 'ANOTHER' },
  password: { command: ['say'] },
  role: 'owner',
  notify: [{ on: ['done'], command: ['say'] }],
  before: { platform: 'supabase' },
  ledger: { schema: 'deploys' },
  adopt: { from: 'flyway' },
  lockTimeout: '4s',
  statementTimeout: '1h',
  retryFor: '31m',
  late: 'fail',
  retired: ['7'],
  owner: 'shop',
  abortIfBlocking: { sessions: 3, for: '5s' },
  showQueries: true,
  backfill: { pace: 1 },
  stages: [{ migrate: { directory: 'm', placeholders: { schema: 'shop' } } }],
};

it('has another digest with each setting that changes what a deploy does, and the same for each target that has them', async () => {
  const settings = configSchema.shape.targets.unwrap().valueType.shape;
  expect(Object.keys(OTHER).sort()).toEqual(Object.keys(settings).sort());
  const base = { database: { env: 'DB' }, stages: [{ migrate: 'm' }] };
  const of = async (more: Record<string, unknown>): Promise<string> => {
    const { targets } = configSchema.parse({ targets: { a: { ...base, ...more } } });
    return (await readRelease({ target: targets['a']! }, root)).digest;
  };
  const digests = await Promise.all(Object.entries(OTHER).map(([setting, value]) => of({ [setting]: value })));
  const same = Object.keys(OTHER).filter((_, n) => digests[n] === digests[0]);
  expect(digests[0]).toBe(await of({}));
  expect(same).toEqual(['database', 'password', 'before']);
  expect(new Set(digests).size).toBe(digests.length - 2);
});

it('holds who may sign an approval, as a part of the release, and names a list that can give none', async () => {
  const stages = (rule: object = {}) => [{ approve: { name: 'go', allowedSigners: 'keys/signers', ...rule } }];
  const faults = async (rule?: object): Promise<string[]> =>
    (await readRelease(target(stages(rule)), root)).faults.map(({ code, message }) => `${code} ${message}`);
  expect(await faults()).toEqual([
    'FILES_SIGNERS keys/signers: there is no such file; the approval "go" is signed by whom it lists',
  ]);
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHcz2rWrGJRiOjMU/sna0HbPhWsV9ICNpuW9vCD0ZQUD';
  await put('keys/signers', `# team\nann ${key}\nann2 ${key}\n`);
  const release = await readRelease(target(stages()), root);
  expect(release.faults).toEqual([]);
  expect(release.stages).toEqual([{ kind: 'approve', name: 'go', approval: { signed: true } }]);
  expect(release.signers.get(0)?.signers.map(({ principals }) => principals)).toEqual([['ann'], ['ann2']]);
  expect(await faults({ of: 2 })).toEqual(['FILES_SIGNERS keys/signers lists 1 key; the approval "go" asks for 2 people']);
  expect(await faults({ by: ['Ann', 'eve'] })).toEqual([
    'FILES_SIGNERS keys/signers lists no key of eve, who is to give the approval "go"',
  ]);
  await put('keys/signers', `ann ${key}\n`);
  expect(await digest(stages())).not.toBe(release.digest);
  await put('keys/signers', `ann ${key}\n\nbob ssh-dss AAAA\n`);
  expect(await faults()).toEqual(['FILES_SIGNERS keys/signers:3: it ends too early']);
});

it('names what cannot be deployed', async () => {
  await put('c/1_again.sql', 'select 1;');
  await put('a/latin.sql', Buffer.from([0x73, 0xe9]));
  const stages = [...STAGES, { assert: 'nowhere' }];
  const { faults } = await readRelease(target(stages), root);
  expect(faults.map(({ code, message }) => `${code} ${message}`)).toEqual([
    'FILES_NOT_UTF8 a/latin.sql:1: the file is not UTF-8',
    `FILES_MISSING_DIRECTORY the directory nowhere does not exist (${join(root, 'nowhere')})`,
    'FILES_DUPLICATE_VERSION version 1 is there twice: m/1_a.sql and c/1_again.sql',
  ]);
});
