import { readFileSync } from 'node:fs';
import { smallMigrations } from './migrations.js';
import { startWorker, timePawl } from './pawl.js';
import { pawlProject } from './project.js';
import type { Servers } from './servers.js';
import { table } from './timing.js';

/** The memory of one worker over many deploys: it must not grow with their number. */
export async function steady(servers: Servers, deploys: number): Promise<string> {
  const bench = await pawlProject(servers, smallMigrations(20));
  const worker = await startWorker(bench);
  const looks = new Set([1, Math.ceil(deploys / 4), Math.ceil(deploys / 2), deploys]);
  const rows: string[][] = [];
  for (let deploy = 1; deploy <= deploys; deploy += 1) {
    await timePawl(bench, 'deploy');
    if (looks.has(deploy)) rows.push([String(deploy), (residentKib(worker.process.pid!) / 1024).toFixed(0)]);
  }
  await worker.end();
  return `### A worker over ${deploys} deploys\n\n${table(['deploys', 'worker, MiB'], rows)}`;
}

/** Linux only: Node does not tell the memory of another process. */
function residentKib(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}
