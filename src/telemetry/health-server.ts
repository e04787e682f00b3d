import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { hostPort } from '../text/host-port.js';
import type { ReleaseWorkers } from '../temporal/worker.js';

/**
 * Answers who asks whether a worker is well: `/healthz` while the process works at all, `/readyz` while it polls for work.
 * @param address `host:port`
 * @throws Error when the address cannot be listened on
 */
export async function startHealthServer(address: string, workers: ReleaseWorkers): Promise<Server> {
  const server = createServer(({ url }, response) => {
    const states = workers.states();
    const ready = states.every(({ state }) => state === 'RUNNING');
    const known = url === '/healthz' || url === '/readyz';
    const fine = url === '/healthz' ? states.every(({ state }) => state !== 'FAILED') : ready;
    response.writeHead(!known ? 404 : fine ? 200 : 503, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ ready, queues: states })}\n`);
  });
  server.listen(hostPort(address));
  await once(server, 'listening');
  return server;
}
