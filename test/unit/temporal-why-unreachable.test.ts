import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../../src/embedded/free-port.js';
import { whyUnreachable } from '../../src/temporal/why-unreachable.js';

let server: Server | undefined;
afterEach(() => server?.close());

async function listen(answer: string): Promise<string> {
  const opened = createServer((socket) => socket.on('error', () => undefined).end(answer));
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(opened.address() as AddressInfo).port}`;
}

it('names a host that is unknown, and a port that is closed', async () => {
  expect(await whyUnreachable('temporal.invalid:7233', {})).toMatch(/ENOTFOUND|EAI_AGAIN/);
  expect(await whyUnreachable(`127.0.0.1:${await freePort()}`, { tls: true })).toContain('ECONNREFUSED');
});

it('says so where the address is none', async () => {
  expect(await whyUnreachable('temporal:port', {})).toBe('the address is not of the form host:port');
});

it('tells a server without TLS, one that is asked without it, and settings that hold no certificate', async () => {
  const address = await listen('hello\n');
  expect(await whyUnreachable(address, { tls: true })).toMatch(/wrong version number|packet length|EPROTO|SSL/);
  expect(await whyUnreachable(address, {})).toContain('nothing there speaks gRPC without TLS');
  const clientCertPair = { crt: Buffer.from('no'), key: Buffer.from('no') };
  expect(await whyUnreachable(address, { tls: { clientCertPair } })).toMatch(/PEM|start line|DECODER/i);
});
