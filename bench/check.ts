import { MAIN } from './pawl.js';
import { smallMigrations } from './migrations.js';
import { pawlProject } from './project.js';
import { timePsql } from './psql.js';
import type { Servers } from './servers.js';
import { median, table, timed } from './timing.js';

/** Findings are no failure here. */
const FINDINGS = 7;

/** The gate on a directory of `n` files: each statement measured, then all deployed twice, beside one psql that runs the files once. */
export async function check(servers: Servers, n: number, repetitions: number): Promise<string> {
  const migrations = smallMigrations(n);
  const psql: number[] = [];
  const pawl: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition += 1) {
    psql.push(await timePsql(servers, migrations));
    pawl.push(await timeCheck(servers, migrations));
  }
  const [floor, ours] = [median(psql), median(pawl)];
  const rows = [
    ['one psql', floor.toFixed(2), '1'],
    ['`pawl check`', ours.toFixed(2), (ours / floor).toFixed(1)],
  ];
  return `## Checking ${n} migrations\n\n${table(['', 'seconds', 'times psql'], rows)}`;
}

async function timeCheck(servers: Servers, migrations: readonly string[]): Promise<number> {
  const { directory, url } = await pawlProject(servers, migrations);
  const env = { PAWL_SCRATCH_DATABASE_URL: url };
  return timed({ command: [process.execPath, MAIN, 'check', '--json'], cwd: directory, env, accept: [0, FINDINGS] });
}
