import { afterEach, describe, expect, inject, it, vi } from 'vitest';
import { connectClient } from '../../src/temporal/connection.js';
import { createWorkers } from '../../src/temporal/worker.js';
import { startProxy, type Proxy } from '../support/proxy.js';

let proxy: Proxy | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await proxy?.close();
  proxy = undefined;
});

describe('a connection to Temporal that is closed', () => {
  it('ends the calls that wait for their next attempt, and starts none', async () => {
    proxy = await startProxy(Number(inject('temporalAddress').split(':')[1]));
    vi.stubEnv('TEMPORAL_ADDRESS', `127.0.0.1:${proxy.port}`);
    const { client, namespace, ...link } = await connectClient();
    const ask = () => client.workflowService.describeNamespace({ namespace });
    let refused = 0;
    proxy.rule = () => (refused++, 'reset');
    const ended = expect(ask()).rejects.toThrow(/closed/);
    await vi.waitUntil(() => refused > 0);
    // The answer is that the network failed, which the SDK tries again a moment later.
    await new Promise((resolve) => setImmediate(resolve));
    await link.close();
    await ended;
    await expect(ask()).rejects.toThrow(/closed/);
  });
});

it('workers that cannot be made leave no connection to Temporal open', async () => {
  proxy = await startProxy(Number(inject('temporalAddress').split(':')[1]));
  vi.stubEnv('TEMPORAL_ADDRESS', `127.0.0.1:${proxy.port}`);
  let opened = 0;
  const front = (): never => {
    opened = proxy!.connections();
    throw new Error('no front');
  };
  await expect(createWorkers([], { environment: {}, databases: new Map(), front })).rejects.toThrow('no front');
  expect(opened).toBeGreaterThan(0);
  await vi.waitUntil(() => proxy!.connections() === 0, { timeout: 10_000 });
});
