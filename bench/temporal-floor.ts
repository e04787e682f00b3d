import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { smallMigrations } from './migrations.js';
import { startWorker, timePawl } from './pawl.js';
import { pawlProject } from './project.js';
import type { Servers } from './servers.js';
import { median, table } from './timing.js';

/** What Temporal itself takes for three steps that do nothing, beside a deploy with nothing pending, by Temporal's own clock. */
export async function temporalFloor(servers: Servers, repetitions: number): Promise<string> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const connection = await Connection.connect({ address: servers.temporal.address });
  const client = new Client({ connection });
  const native = await NativeConnection.connect({ address: servers.temporal.address });
  const worker = await Worker.create({
    connection: native,
    taskQueue: 'floor',
    workflowsPath: fileURLToPath(new URL('floor-workflow.ts', import.meta.url)),
    activities: { nothing: () => Promise.resolve() },
  });
  const times = async (workflowId: string): Promise<{ start: number; end: number }> => {
    const { startTime, closeTime } = await client.workflow.getHandle(workflowId).describe();
    return { start: startTime.getTime() / 1000, end: closeTime!.getTime() / 1000 };
  };
  const floor: number[] = [];
  await worker.runUntil(async () => {
    // The first one meets a cold worker, as the first deploy below does.
    for (let run = 0; run <= repetitions; run += 1) {
      // As far apart as commands are: the server looks at its queues 20 times a second, once a short credit is spent.
      await sleep(1_000);
      await client.workflow.execute('threeSteps', { taskQueue: 'floor', workflowId: `floor-${run}` });
      const { start, end } = await times(`floor-${run}`);
      floor.push(end - start);
    }
  });
  const bench = await pawlProject(servers, smallMigrations(1000));
  await timePawl(bench, 'deploy', '--direct');
  const own = await startWorker(bench);
  const workflow: number[] = [];
  const command: number[] = [];
  const before: number[] = [];
  const after: number[] = [];
  for (let run = 0; run <= repetitions; run += 1) {
    const began = Date.now() / 1000;
    const took = await timePawl(bench, 'deploy');
    const { start, end } = await times(`deploy/${bench.target}`);
    command.push(took);
    before.push(start - began);
    workflow.push(end - start);
    after.push(began + took - end);
  }
  await own.end();
  await native.close();
  await connection.close();
  const row = (title: string, figures: readonly number[]): string[] => [
    title,
    figures[0]!.toFixed(2),
    median(figures.slice(1)).toFixed(2),
  ];
  return `### Three steps\n\n${table(
    ['', 'on a worker that has run none, s', 'then, s'],
    [
      row('a workflow of three activities that do nothing', floor),
      row('a deploy with nothing pending on 1000, its workflow', workflow),
      row('the same with its command, from start to exit', command),
      row('of which until the workflow is started', before),
      row('and after the workflow has ended', after),
    ],
  )}`;
}
