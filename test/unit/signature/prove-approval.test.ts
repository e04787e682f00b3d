import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../../src/engine/error.js';
import { readAllowedSigners } from '../../../src/signature/allowed-signers.js';
import { proveApproval } from '../../../src/signature/prove-approval.js';
import { written } from '../../../src/signature/wire.js';

/** Made by OpenSSH 9.2: `ssh-keygen -Y sign -n pawl-approval`. */
const fixture = (name: string): string => readFileSync(join(import.meta.dirname, '../../fixtures/ssh', name), 'utf8').trim();
const LINE =
  '{"pawl":"approval","target":"orders","release":"v12","digest":"731d23e08037d4af","plan":"5f0c","approval":"go","deploy":"0199"}';
const NOON = Date.parse('2026-03-01T12:00:00Z');
const ED25519 = fixture('ed25519.pub');

function prove(list: string, signature: string, { by = 'ann@example.org', line = LINE, now = NOON } = {}): string {
  const { signers, faults } = readAllowedSigners(list);
  expect(faults).toEqual([]);
  try {
    return proveApproval({ by, line, signature }, { signers, file: 'allowed_signers' }, now);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    expect(error.verdict).toBe('refused');
    return `${error.code}: ${error.message}`;
  }
}

const KEYS = ['ed25519', 'ecdsab256', 'ecdsab384', 'ecdsab521', 'rsab3072'];
const FINGERPRINT = 'SHA256:';

describe('a signature of OpenSSH', () => {
  it.each(KEYS)('%s counts, and not with a letter of the line or a byte of it changed', (name) => {
    const list = `ann@example.org ${fixture(`${name}.pub`)}`;
    const signature = fixture(`${name}.sig`);
    expect(prove(list, signature)).toContain(FINGERPRINT);
    expect(prove(list, signature, { line: LINE.replace('0199', '0198') })).toBe(
      'SIGNATURE_INVALID: the signature is over another text than this approval',
    );
    const bytes = Buffer.from(signature.replace(/-----.*-----/g, ''), 'base64');
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = Buffer.from(bytes);
      changed[at]! ^= 1;
      expect(prove(list, changed.toString('base64')), `byte ${at}`).toMatch(/^(SIGNATURE_INVALID|SIGNER_UNKNOWN): /);
      expect(prove(list, bytes.subarray(0, at).toString('base64') || 'AA'), `cut at ${at}`).toMatch(/^SIGNATURE_INVALID: /);
    }
  });

  it('counts in any form that it can be pasted in, and with either hash', () => {
    const signature = fixture('ed25519.sig');
    const forms = [
      signature,
      signature.replaceAll('\n', '\r\n'),
      signature.replace(/-----.*-----|\n/g, ''),
      fixture('sha256.sig'),
    ];
    for (const form of forms) expect(prove(`ann@example.org ${ED25519}`, form)).toContain(FINGERPRINT);
  });

  it.each([
    ['no base64', 'hello!', 'this is no signature that counts: it is not base64'],
    ['a key', ED25519.split(' ')[1]!, 'this is no signature that counts: it does not begin as one'],
    [
      'one of a commit',
      fixture('git.sig'),
      'this is no signature that counts: it was made for "git", not for pawl-approval: ssh-keygen -Y sign -n pawl-approval',
    ],
    ['one of a short key', fixture('rsab1024.sig'), 'this is no signature that counts: it is an RSA key of less than 2048 bits'],
  ])('is refused: %s', (_, signature, message) => {
    expect(prove(`ann@example.org ${ED25519}`, signature)).toBe(`SIGNATURE_INVALID: ${message}`);
  });
});

describe('a list of allowed signers', () => {
  const other = fixture('ecdsab256.pub');
  const signature = fixture('ed25519.sig');

  it.each([
    ['its name', `ann@example.org ${ED25519}`],
    ['capitals', `Ann@Example.org ${ED25519}`],
    ['one of several names', `bob@example.org,ann@example.org ${ED25519}`],
    ['a pattern', `*@example.org ${ED25519}`],
    ['quotes, comments, other lines', `# team\n\nbob ${other}\n"ann@example.org" namespaces="git,pawl-approval" ${ED25519}\n`],
    ['a time', `ann@example.org valid-after="20260301Z",valid-before="202603011201Z" ${ED25519}`],
    [
      'the later one of two times',
      `ann@example.org valid-before="2025Z0101" ${ED25519}`.replace('2025Z0101', '20250101Z') + `\nann@example.org ${ED25519}`,
    ],
  ])('lets who signs by %s', (_, list) => {
    expect(prove(list, signature)).toContain(FINGERPRINT);
  });

  it.each([
    ['another key', `ann@example.org ${other}`, /^SIGNER_UNKNOWN: allowed_signers does not list the key SHA256:/],
    [
      'another name',
      `bob@example.org ${ED25519}`,
      /^SIGNER_UNKNOWN: the key SHA256:\S+ is of bob@example.org and not of ann@example.org/,
    ],
    ['who is left out of a pattern', `*@example.org,!ann@* ${ED25519}`, /^SIGNER_UNKNOWN: /],
    ['a key for commits', `ann@example.org namespaces="git" ${ED25519}`, /^SIGNER_UNKNOWN: .* may not sign for pawl-approval/],
    [
      'a key that counts no more',
      `ann@example.org valid-before="20260301Z" ${ED25519}`,
      /^SIGNER_EXPIRED: the key SHA256:\S+ of ann@example.org counts until 2026-03-01 00:00 UTC, by allowed_signers; it is 2026-03-01 12:00 UTC$/,
    ],
    [
      'a key that does not count yet',
      `ann@example.org valid-after="20260302Z" ${ED25519}`,
      /^SIGNER_EXPIRED: .* counts from 2026-03-02/,
    ],
  ])('does not let %s', (_, list, refusal) => {
    expect(prove(list, signature)).toMatch(refusal);
  });

  it('names each line that cannot be read', () => {
    const lines = [
      'ann@example.org',
      'ann@example.org ssh-ed25519 AAAA',
      `ann@example.org cert-authority ${ED25519}`,
      `ann@example.org valid-before="tomorrow" ${ED25519}`,
      `ann@example.org valid-before="20260231Z" ${ED25519}`,
      `ann@example.org no-touch-required ${ED25519}`,
      `ann@example.org ${fixture('rsab1024.pub')}`,
      `ann@example.org ${ED25519.replace('ssh-ed25519', 'ed25519')}`,
    ];
    expect(readAllowedSigners(lines.join('\n')).faults.map(({ line, message }) => `${line}: ${message}`)).toEqual([
      '1: expected names, options if any, kind of key, key',
      '2: it ends too early',
      '3: certificate authorities are not taken here; list the keys themselves',
      '4: expected a moment such as 20270131Z, found "tomorrow"',
      '5: "20260231Z" is no moment of the calendar',
      '6: the option "no-touch-required" is not known; expected namespaces, valid-after, valid-before',
      '7: it is an RSA key of less than 2048 bits',
      '8: expected a kind of key, such as ssh-ed25519',
    ]);
  });
});

/** As a hardware key signs: around a hash of the message, by PROTOCOL.u2f of OpenSSH. */
function hardwareKey(kind: 'ed25519' | 'ecdsa'): { list: string; sign: (flags: number) => string } {
  const application = 'ssh:';
  const { privateKey, publicKey } =
    kind === 'ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const raw = (part: string): Buffer => Buffer.from(part, 'base64url');
  const type = kind === 'ed25519' ? 'sk-ssh-ed25519@openssh.com' : 'sk-ecdsa-sha2-nistp256@openssh.com';
  const parts = kind === 'ed25519' ? [raw(x)] : ['nistp256', Buffer.concat([Buffer.from([4]), raw(x), raw(y)])];
  const blob = Buffer.concat([type, ...parts, application].map(written));
  const sha = (value: string | Buffer): Buffer => createHash('sha256').update(value).digest();
  return {
    list: `ann@example.org ${type} ${blob.toString('base64')}`,
    sign: (flags) => {
      const digest = createHash('sha512').update(`${LINE}\n`).digest();
      const message = Buffer.concat([Buffer.from('SSHSIG'), ...['pawl-approval', '', 'sha512', digest].map(written)]);
      const state = Buffer.from([flags, 0, 0, 0, 7]);
      const bytes = signatureOf(privateKey, Buffer.concat([sha(application), state, sha(message)]));
      const signature = Buffer.concat([written(type), written(bytes), state]);
      const rest = [blob, 'pawl-approval', '', 'sha512', signature].map(written);
      return Buffer.concat([Buffer.from('SSHSIG\0\0\0\x01'), ...rest]).toString('base64');
    },
  };
}

function signatureOf(key: KeyObject, message: Buffer): Buffer {
  if (key.asymmetricKeyType === 'ed25519') return sign(null, message, key);
  const pair = sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
  const positive = (number: Buffer): Buffer => Buffer.concat([Buffer.from([0]), number]);
  return Buffer.concat([pair.subarray(0, 32), pair.subarray(32)].map(positive).map(written));
}

describe.each(['ed25519', 'ecdsa'] as const)('a hardware key, %s', (kind) => {
  const key = hardwareKey(kind);

  it('counts when it was touched', () => {
    expect(prove(key.list, key.sign(1))).toContain(FINGERPRINT);
    expect(prove(key.list, key.sign(0))).toContain(
      'SIGNATURE_INVALID: this is no signature that counts: the hardware key was not touched',
    );
    expect(prove(key.list, key.sign(1), { line: `${LINE} ` })).toContain('SIGNATURE_INVALID: the signature is over another text');
  });
});
