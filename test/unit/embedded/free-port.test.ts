import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { freePort } from '../../../src/embedded/free-port.js';

test('gives the wanted port when it is free and another when it is not', async () => {
  const wanted = await freePort();
  expect(await freePort(wanted)).toBe(wanted);

  const squatter = createServer().listen(wanted, '127.0.0.1');
  await once(squatter, 'listening');
  const other = await freePort(wanted);
  expect(other).not.toBe(wanted);
  expect(other).toBeGreaterThan(1023);
  squatter.close();
});
