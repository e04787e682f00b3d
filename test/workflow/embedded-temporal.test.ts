import { Connection } from '@temporalio/client';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../src/contract/names.js';
import { startOf } from '../../src/embedded/process-table.js';
import { provideTemporal, startTemporal } from '../../src/embedded/temporal.js';
import { temporaryDirectory } from '../support/directory.js';

let place: ReturnType<typeof temporaryDirectory>;
beforeEach(() => {
  place = temporaryDirectory();
});
afterEach(async () => {
  await place.remove();
});

async function attributesOf(address: string): Promise<string[]> {
  const connection = await Connection.connect({ address });
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace: 'default' });
    return Object.keys(customAttributes);
  } finally {
    await connection.close();
  }
}

async function retentionOf(address: string, namespace: string): Promise<number> {
  const connection = await Connection.connect({ address });
  try {
    const { config } = await connection.workflowService.describeNamespace({ namespace });
    return Number(config?.workflowExecutionRetentionTtl?.seconds);
  } finally {
    await connection.close();
  }
}

test('starts with our search attributes, keeps its state, ends', async () => {
  const first = await startTemporal({ directory: place.directory });
  expect(await attributesOf(first.address)).toEqual(expect.arrayContaining([...SEARCH_ATTRIBUTES]));
  expect(first.uiUrl).toBeUndefined();
  const connection = await Connection.connect({ address: first.address });
  await connection.workflowService.registerNamespace({
    namespace: 'kept',
    workflowExecutionRetentionPeriod: { seconds: 90_000 as never },
  });
  await connection.close();
  await first.stop();
  expect(startOf(first.pid)).toBe('');

  const second = await startTemporal({ directory: place.directory });
  expect(second.pid).not.toBe(first.pid);
  expect(await retentionOf(second.address, 'kept')).toBe(90_000);
  await second.stop();
});

test('two at once make one server, which ends with the last of them; a joiner adds the attributes it lacks', async () => {
  const start = (searchAttributes?: string[]) =>
    startTemporal({ directory: place.directory, persistent: false, searchAttributes });
  const [one, two] = await Promise.all([start(), start()]);
  expect(two.pid).toBe(one.pid);
  const three = await start(['PawlExtra']);
  expect(three.pid).toBe(one.pid);
  expect(await attributesOf(three.address)).toContain('PawlExtra');
  await one.stop();
  await three.stop();
  expect(startOf(two.pid)).not.toBe('');
  await two.stop();
  expect(startOf(two.pid)).toBe('');
});

test('takes other ports when the wanted ones are busy, and serves the UI when asked', async () => {
  const squatters = [createServer().listen(0, '127.0.0.1'), createServer().listen(0, '127.0.0.1')];
  const ports = await Promise.all(
    squatters.map(async (squatter) => {
      await once(squatter, 'listening');
      return (squatter.address() as { port: number }).port;
    }),
  );
  const server = await startTemporal({ directory: place.directory, persistent: false, port: ports[0], uiPort: ports[1] });
  expect(ports.map(String)).not.toContain(server.address.split(':')[1]);
  const settings = await fetch(`${server.uiUrl ?? ''}/api/v1/settings`);
  expect(await settings.json()).toHaveProperty('DefaultNamespace');
  await server.stop();
  for (const squatter of squatters) squatter.close();
});

test('TEMPORAL_ADDRESS wins over a server of our own', async () => {
  process.env['TEMPORAL_ADDRESS'] = 'temporal.example:7233';
  try {
    const provided = await provideTemporal({ directory: place.directory });
    expect(provided.address).toBe('temporal.example:7233');
    await provided.stop();
  } finally {
    delete process.env['TEMPORAL_ADDRESS'];
  }
});
