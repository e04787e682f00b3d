import { readFileSync } from 'node:fs';
import { smallMigrations } from './migrations.js';
import { startWorker, timePawl } from './pawl.js';
import { pawlProject } from './project.js';
import type { Servers } from './servers.js';
import { median, table } from './timing.js';

const MOST_PARTS = 4;

/**
 * The memory of one worker over many deploys: it must not grow with their number. One look says little, since memory rises until garbage is
 * collected and falls then: so the least and the most of all looks in each quarter, one look after each deploy.
 */
export async function steady(servers: Servers, deploys: number): Promise<string> {
  const bench = await pawlProject(servers, smallMigrations(20));
  const worker = await startWorker(bench);
  const parts = Math.min(MOST_PARTS, deploys);
  const rows: string[][] = [];
  for (let part = 0; part < parts; part += 1) {
    const [from, to] = [Math.floor((deploys * part) / parts), Math.floor((deploys * (part + 1)) / parts)];
    const looks: number[] = [];
    for (let deploy = from; deploy < to; deploy += 1) {
      await timePawl(bench, 'deploy');
      looks.push(residentMib(worker.process.pid!));
    }
    rows.push([`${from + 1} to ${to}`, ...[Math.min(...looks), median(looks), Math.max(...looks)].map((mib) => mib.toFixed(0))]);
  }
  await worker.end();
  return `### A worker over ${deploys} deploys\n\n${table(['deploys', 'least, MiB', 'median', 'most'], rows)}`;
}

/** Linux only: Node does not tell the memory of another process. */
function residentMib(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
