import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ClientError } from '../../src/client/client-error.js';
import { decide } from '../../src/client/index.js';
import { signedText, signingCommand } from '../../src/contract/signed-approval.js';
import { createDeployProject, type DeployProject } from '../support/deploy-project.js';
import { withClient } from '../support/history.js';
import { requireProgram } from '../support/program.js';

const keys = mkdtempSync(join(tmpdir(), 'pawl-keys-'));
const key = (name: string): string => join(keys, name);
const publicKey = (name: string): string => readFileSync(`${key(name)}.pub`, 'utf8').trim();
const TYPES = { ann: 'ed25519', bob: 'ecdsa', eve: 'ed25519', old: 'ed25519' };
let project: DeployProject;

beforeAll(() => {
  const keygen = requireProgram('ssh-keygen');
  for (const [name, type] of Object.entries(TYPES)) execFileSync(keygen, ['-q', '-t', type, '-N', '', '-f', key(name)]);
});
afterAll(async () => {
  await project?.remove();
  rmSync(keys, { recursive: true });
});

it('an approval that has to be signed is given by the keys of the release alone, once each, for this deploy', async () => {
  project = await createDeployProject({
    files: {
      'migrations/1_a.sql': 'create table a (id int primary key);',
      allowed_signers: [
        `ann@example.org,anna@example.org ${publicKey('ann')}`,
        `bob@example.org namespaces="pawl-approval",valid-after="20200101Z" ${publicKey('bob')}`,
        `old@example.org valid-before="20250101Z" ${publicKey('old')}`,
      ].join('\n'),
    },
    stages: [
      '      - approve: { name: two, of: 2, allowedSigners: allowed_signers }',
      '      - migrate: migrations',
      '      - approve: { name: "it\'s on", by: [ann@example.org], allowedSigners: ./allowed_signers }',
    ].join('\n'),
  });
  const { target, pawl, startWorker, spawn, database, directory } = project;
  await startWorker();
  const deploy = spawn('deploy', '--release', 'früh');
  await deploy.waitForOutput(/waiting for approval: two \(0 of 2 approvals; missing: 2; to be signed\)/);
  const line = (await pawl('approve', target, '--print')).stdout.trim();
  expect(JSON.parse(line)).toMatchObject({
    ...{ pawl: 'approval', target, release: 'früh', approval: 'two' },
    plan: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
  });

  await withClient(async (client) => {
    const approve = (by: string, signature?: string): Promise<string> =>
      decide({ client, target, verb: 'approve', by, signature }).catch((error: unknown) => {
        const { code, message, next } = error as ClientError;
        return `${code}: ${message}. ${next}`;
      });
    const refused: readonly [said: string, refusal: RegExp][] = [
      [
        await approve('ann@example.org'),
        /^SIGNATURE_MISSING: the approval "two" has to be signed. Sign it: pawl approve t-\w+ --sign/,
      ],
      [await approve('eve@example.org', signed('eve', line)), /^SIGNER_UNKNOWN: allowed_signers does not list the key SHA256:/],
      [
        await approve('bob@example.org', signed('ann', line)),
        /^SIGNER_UNKNOWN: .* is of ann@example.org, anna@example.org and not of bob/,
      ],
      [
        await approve('old@example.org', signed('old', line)),
        /^SIGNER_EXPIRED: .* of old@example.org counts until 2025-01-01 00:00 UTC/,
      ],
      [await approve('ann@example.org', signed('ann', line.replace(/"deploy":"./, '"deploy":"x'))), OTHER],
      [
        await approve('ann@example.org', signed('ann', line, 'git')),
        /^SIGNATURE_INVALID: .*it was made for "git", not for pawl-approval/,
      ],
    ];
    for (const [said, refusal] of refused) expect(said).toMatch(refusal);

    const first = signed('ann', line);
    expect(await approve('ann@example.org', first)).toMatch(/^two is approved by ann@example.org; .* waits: 1 of 2 approvals/);
    expect(await approve('anna@example.org', first)).toMatch(
      /^REFUSED: the key SHA256:\S+ has approved already; another person's/,
    );
    expect((await pawl('approve', target, '--by', 'bob@example.org', '--sign', key('nobody'))).stderr).toContain(
      'ssh-keygen has not signed',
    );
    const last = await pawl('approve', target, '--by', 'bob@example.org', '--sign', key('bob'));
    expect(last.stdout, last.stderr).toContain(`two is approved; ${target} continues`);

    await deploy.waitForOutput(/waiting for approval: it's on/);
    expect(await approve('ann@example.org', first)).toMatch(OTHER);
  });
  // By somebody who has the page in the browser, and OpenSSH.
  const again = (await pawl('approve', target, '--print')).stdout.trim();
  const script = signingCommand(again).replace('~/.ssh/id_ed25519', key('ann'));
  const signature = execFileSync('sh', ['-c', script], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const answer = await withClient(({ workflow }) =>
    workflow.getHandle(`deploy/${target}`).executeUpdate('approve', { args: [{ by: 'ann@example.org', signature }] }),
  );
  expect(answer).toBe(`it's on is approved; ${target} continues`);
  expect((await deploy.exited).code).toBe(0);

  const audit = await database.query<{ by: string; signed: { line: string; signature: string; key: string } }>(
    "select by, detail->'signed' as signed from pawl.events where kind = 'operator.approve' order by id",
  );
  expect(audit.map(({ by }) => by)).toEqual(['ann@example.org', 'bob@example.org', 'ann@example.org']);
  for (const { by, signed: proof } of audit) {
    // The last one came without its first and last line.
    const armored = proof.signature.startsWith('---') ? proof.signature : `${BEGIN}\n${proof.signature}\n${END}`;
    writeFileSync(key('signature'), `${armored}\n`);
    const args = [
      '-Y',
      'verify',
      '-f',
      join(directory, 'allowed_signers'),
      '-I',
      by,
      '-n',
      'pawl-approval',
      '-s',
      key('signature'),
    ];
    const said = execFileSync('ssh-keygen', args, { input: signedText(proof.line), encoding: 'utf8' });
    expect(said).toContain(`Good "pawl-approval" signature for ${by}`);
    expect(said).toContain(proof.key);
  }
});

it('a signature that is looked at while its approval is given by another one does not count for the next approval', async () => {
  await project?.remove();
  project = await createDeployProject({
    files: { 'migrations/1_a.sql': 'create table a ();', allowed_signers: `ann ${publicKey('ann')}` },
    stages: ['first', 'second']
      .map((name) => `      - approve: { name: ${name}, allowedSigners: allowed_signers }`)
      .concat('      - migrate: migrations')
      .join('\n'),
  });
  const { target, pawl, startWorker, spawn } = project;
  await startWorker();
  const deploy = spawn('deploy');
  await deploy.waitForOutput(/waiting for approval: first/);
  const signature = signed('ann', (await pawl('approve', target, '--print')).stdout.trim());
  const answers = await withClient(({ workflow }) => {
    const approve = (): Promise<string> =>
      workflow.getHandle(`deploy/${target}`).executeUpdate('approve', { args: [{ by: 'ann', signature }] });
    return Promise.allSettled([approve(), approve()]);
  });
  expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  await deploy.waitForOutput(/waiting for approval: second/);
  expect((await pawl('approve', target, '--print')).stdout).toContain('"approval":"second"');
  expect((await pawl('cancel', target)).code).toBe(0);
});

const OTHER = /^SIGNATURE_INVALID: the signature is over another text than this approval/;
const BEGIN = '-----BEGIN SSH SIGNATURE-----';
const END = '-----END SSH SIGNATURE-----';

/** A signature that was made elsewhere. */
function signed(name: string, line: string, namespace = 'pawl-approval'): string {
  const args = ['-q', '-Y', 'sign', '-n', namespace, '-f', key(name)];
  return execFileSync('ssh-keygen', args, { input: signedText(line), encoding: 'utf8' });
}
