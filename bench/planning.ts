import { smallMigrations } from './migrations.js';
import { timePawl } from './pawl.js';
import { pawlProject } from './project.js';
import type { Servers } from './servers.js';
import { median, table } from './timing.js';

/** Reading commands on N files, all pending and all applied. */
export async function planning(servers: Servers, n: number, repetitions: number): Promise<string> {
  const bench = await pawlProject(servers, smallMigrations(n));
  const times = async (...args: string[]): Promise<string> => {
    const seconds: number[] = [];
    for (let repetition = 0; repetition < repetitions; repetition += 1) seconds.push(await timePawl(bench, ...args));
    return median(seconds).toFixed(2);
  };
  const start = await times('--version');
  const pending = await times('plan');
  await timePawl(bench, 'deploy', '--direct');
  const rows = [
    ['pawl --version', start],
    ['pawl plan, all pending', pending],
    ['pawl plan, all applied', await times('plan')],
    ['pawl verify', await times('verify')],
  ];
  return `### Reading ${n} files\n\n${table(['', 's'], rows)}`;
}
