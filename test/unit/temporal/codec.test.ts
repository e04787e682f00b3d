import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AesCodec } from '../../../src/temporal/aes-codec.js';
import { codecKeys } from '../../../src/temporal/codec-keys.js';
import { startCodecServer } from '../../../src/temporal/codec-server.js';

const key = (id: string): string => `${id}:${randomBytes(32).toString('base64')}`;
const [OLD, NEW, OTHER] = [key('old'), key('new'), key('old')];
const codec = (...keys: string[]): AesCodec => new AesCodec(codecKeys({ PAWL_CODEC_KEYS: keys.join(',') }));
const SECRET = { file: '107_customers.sql', by: 'ann' };
const payload = (): Payload => defaultPayloadConverter.toPayload(SECRET);
const value = (decoded: Payload | undefined): unknown => defaultPayloadConverter.fromPayload(decoded!);
const text = (payloads: Payload[]): string => payloads.map(({ data }) => Buffer.from(data!).toString('latin1')).join();

describe('keys', () => {
  it.each([
    ['no colon', 'abc', 1],
    ['too short', `a:${randomBytes(16).toString('base64')}`, 1],
    ['the second', `${OLD},b:xyz`, 2],
    ['an id with a space', `a b:${randomBytes(32).toString('base64')}`, 1],
  ])('%s is refused by its place, and not shown', (_what, keys, place) => {
    expect(() => codecKeys({ PAWL_CODEC_KEYS: keys })).toThrow(`entry ${place} of PAWL_CODEC_KEYS`);
  });
  it('the first one encrypts; two of one id are refused', () => {
    expect(codecKeys({ PAWL_CODEC_KEYS: `${NEW}, ${OLD}` }).current).toBe('new');
    expect(codecKeys({}).current).toBeUndefined();
    expect(() => codec(OLD, OTHER)).toThrow('two keys with the same id');
  });
});

describe('payloads', () => {
  it('are unreadable and come back, each under a nonce of its own', async () => {
    const encoded = await codec(NEW).encode([payload(), payload()]);
    expect(text(encoded)).not.toMatch(/customers|json/);
    expect(encoded[0]!.data).not.toEqual(encoded[1]!.data);
    expect((await codec(NEW).decode(encoded)).map(value)).toEqual([SECRET, SECRET]);
  });
  it('are read through a rotation: old ones by the old key, new ones by the new', async () => {
    const before = await codec(OLD).encode([payload()]);
    const after = await codec(NEW, OLD).encode([payload()]);
    for (const encoded of [before, after]) expect((await codec(NEW, OLD).decode(encoded)).map(value)).toEqual([SECRET]);
    await expect(codec(NEW).decode(before)).rejects.toMatchObject({ code: 'CODEC_KEYS', message: /key "old".* has new$/ });
    await expect(new AesCodec(codecKeys({})).decode(after)).rejects.toThrow('PAWL_CODEC_KEYS is not set');
  });
  it('that were changed, cut or encrypted by another key of the id are refused', async () => {
    const [encoded] = await codec(OLD).encode([payload()]);
    const changed = Uint8Array.from(encoded!.data!);
    changed[20]! ^= 1;
    for (const data of [changed, encoded!.data!.subarray(0, 20), new Uint8Array()])
      await expect(codec(OLD).decode([{ ...encoded!, data }])).rejects.toThrow('cannot be decrypted with the key "old"');
    await expect(codec(OTHER).decode([encoded!])).rejects.toThrow('cannot be decrypted');
  });
  it('without a key, and those of before, pass as they are', async () => {
    const plain = [payload()];
    expect(await new AesCodec(codecKeys({})).encode(plain)).toEqual(plain);
    expect((await codec(NEW).decode(plain)).map(value)).toEqual([SECRET]);
  });
});

describe('the codec server', () => {
  const ORIGIN = 'https://temporal.example.com';
  let server: Awaited<ReturnType<typeof startCodecServer>>;
  let address: string;
  beforeEach(async () => {
    server = await startCodecServer({ codec: codec(NEW), listen: '127.0.0.1:0', origins: [ORIGIN] });
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => void server.close());

  const ask = (path: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${address}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
  const json = (payloads: Payload[]): string =>
    JSON.stringify({
      payloads: payloads.map(({ metadata, data }) => ({
        metadata: Object.fromEntries(
          Object.entries(metadata!).map(([name, bytes]) => [name, Buffer.from(bytes).toString('base64')]),
        ),
        data: Buffer.from(data!).toString('base64'),
      })),
    });

  it('decrypts what the Web UI sends, and encrypts what its forms send', async () => {
    const encoded = await codec(NEW).encode([payload()]);
    const decoded = (await (await ask('/decode', json(encoded), { 'x-namespace': 'default' })).json()) as {
      payloads: { data: string }[];
    };
    expect(JSON.parse(Buffer.from(decoded.payloads[0]!.data, 'base64').toString())).toEqual(SECRET);
    const answer = await ask('/encode', json([payload()]));
    expect(Buffer.from(await answer.text()).toString()).not.toContain(
      Buffer.from('107_customers').toString('base64').slice(0, 12),
    );
  });
  it('lets pages of the named origins ask, and no others', async () => {
    const preflight = (origin: string) => fetch(`${address}/decode`, { method: 'OPTIONS', headers: { origin } });
    expect((await preflight(ORIGIN)).headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect((await preflight(ORIGIN)).headers.get('access-control-allow-headers')).toContain('x-namespace');
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });
  it.each([
    ['a payload of another key', 'old'],
    ['what is no JSON', 'nothing'],
    ['more than Temporal takes', 'large'],
  ])('answers %s with a fault, and without what was sent', async (_what, kind) => {
    const bodies: Record<string, () => Promise<string> | string> = {
      old: async () => json(await codec(OLD).encode([payload()])),
      nothing: () => 'pässword',
      large: () => `{"payloads":[{"data":"${'a'.repeat(9_000_000)}"}]}`,
    };
    const answer = await ask('/decode', await bodies[kind]!());
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as { error: string };
    expect(error).toMatch(kind === 'old' ? /key "old"/ : /^expected \{"payloads":\[\.\.\.\]\}$/);
  });
});
