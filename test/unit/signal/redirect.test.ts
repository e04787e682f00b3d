import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { awaitHealthy } from '../../../src/signal/healthy.js';
import { postWebhook } from '../../../src/signal/webhook.js';
import { recorder } from '../../support/engine.js';

it.each([301, 302, 303, 307, 308])('HTTP %s is not followed', async (status) => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(request.url === '/' ? status : 200, { location: '/elsewhere' }).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  try {
    const webhook = { url: { env: 'HOOK' }, timeout: '5s' } as Parameters<typeof postWebhook>[0];
    await expect(postWebhook(webhook, { key: 'k', body: {} }, { HOOK: url }, recorder())).rejects.toMatchObject({
      code: 'SIGNAL_FAILED',
      message: `the webhook of HOOK was not delivered: it redirects (HTTP ${status}), which is not followed`,
    });
    await expect(awaitHealthy({ url, within: '0s', every: '10ms' }, recorder())).rejects.toMatchObject({
      code: 'SIGNAL_UNHEALTHY',
    });
    expect(asked).toEqual(['/', '/']);
  } finally {
    server.close();
  }
});
