import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { smallMigrations } from './migrations.js';
import { startWorker, timePawl } from './pawl.js';
import { pawlProject } from './project.js';
import type { Servers } from './servers.js';
import { table } from './timing.js';

/** Makes a process write what it used, when it ends. */
const REPORT = `data:text/javascript,import{appendFileSync}from'node:fs';process.on('exit',()=>{const{maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();appendFileSync(process.env.BENCH_USAGE,JSON.stringify({mib:maxRSS/1024,cpu:(userCPUTime+systemCPUTime)/1e6})+'\\n')})`;

/** Variables with which a Node process writes what it used into a file, when it ends. */
export function reportUsage(file: string): NodeJS.ProcessEnv {
  return { BENCH_USAGE: file, NODE_OPTIONS: `--import ${JSON.stringify(REPORT)}` };
}

/** Memory, CPU, connections, messages to PostgreSQL and Temporal history of one deploy of N migrations. */
export async function resources(servers: Servers, n: number): Promise<string> {
  const counter = await countingProxy(servers.postgres.port);
  const bench = await pawlProject(servers, smallMigrations(n));
  const through = new URL(bench.url);
  through.port = String(counter.port);
  const watched = { ...bench, url: through.href };
  const usage = (name: string): NodeJS.ProcessEnv => reportUsage(join(bench.directory, name));
  const worker = await startWorker(watched, usage('worker'));
  Object.assign(process.env, usage('command'));
  await timePawl(watched, 'deploy');
  delete process.env.NODE_OPTIONS;
  delete process.env.BENCH_USAGE;
  await worker.end();
  const command = readUsage(join(bench.directory, 'command'));
  const held = readUsage(join(bench.directory, 'worker'));
  const { events, bytes } = await history(servers, bench.target);
  counter.close();
  const figure = (value: number, digits = 0): string => value.toFixed(digits);
  return `### What a deploy of ${n} migrations uses\n\n${table(
    ['', ''],
    [
      ['command: memory at most, MiB', figure(command.mib)],
      ['command: CPU, s', figure(command.cpu, 2)],
      ['worker: memory at most, MiB', figure(held.mib)],
      ['worker: CPU, s', figure(held.cpu, 2)],
      ['connections to PostgreSQL', counter.connections()],
      ['messages to PostgreSQL per migration', figure(counter.messages() / n, 2)],
      ['events in Temporal history', events],
      ['events per migration', figure(events / n, 2)],
      ['history per migration, bytes', figure(bytes / n)],
    ],
  )}`;
}

/** What {@link reportUsage} wrote: memory at most in MiB, CPU in seconds. */
export function readUsage(file: string): { mib: number; cpu: number } {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return JSON.parse(lines.at(-1)!) as { mib: number; cpu: number };
}

/** Counts what clients send: one chunk is one message of the simple protocol, nearly always. */
async function countingProxy(port: number) {
  let [connections, messages] = [0, 0];
  const server = createServer((client) => {
    connections += 1;
    const upstream = connect(port, '127.0.0.1').setNoDelay();
    client.on('data', () => (messages += 1));
    client.setNoDelay().pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => [client, upstream].forEach((end) => end.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    messages: () => messages,
    close: () => server.close(),
  };
}

async function history({ temporal }: Servers, target: string): Promise<{ events: number; bytes: number }> {
  const connection = await Connection.connect({ address: temporal.address });
  const { historyLength, historySize } = await new Client({ connection }).workflow.getHandle(`deploy/${target}`).describe();
  await connection.close();
  return { events: historyLength, bytes: historySize ?? 0 };
}
