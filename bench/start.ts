import { execFileSync } from 'node:child_process';
import { smallMigrations } from './migrations.js';
import { environment, startWorker } from './pawl.js';
import { pawlProject } from './project.js';
import type { Servers } from './servers.js';
import { table, timed } from './timing.js';

const COMMANDS = [['--help'], ['status'], ['deploy']];

/**
 * What a command costs beside its work: `--help`, a report, and a deploy with nothing pending, its worker waiting already. The quickest of
 * all turns counts, because whatever else the machine does only adds.
 * @param nodes programs of Node
 * @param builds files to start, such as `dist/bin/pawl.js` of this build and of an older one; they take turns
 */
export async function start(
  servers: Servers,
  nodes: readonly string[],
  builds: readonly string[],
  repetitions: number,
): Promise<string> {
  const bench = await pawlProject(servers, smallMigrations(20));
  const worker = await startWorker(bench);
  const rows: string[][] = [];
  try {
    for (const node of nodes) {
      const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
      for (const command of COMMANDS) {
        const run = (build: string): Promise<number> =>
          timed({ command: [node, build, ...command], cwd: bench.directory, env: environment(bench) });
        const seconds = new Map(builds.map((build) => [build, [] as number[]]));
        // The first turn fills what is kept from one start to the next.
        for (const build of builds) await run(build);
        for (let repetition = 0; repetition < repetitions; repetition += 1)
          for (const build of builds) seconds.get(build)!.push(await run(build));
        rows.push([version, `pawl ${command.join(' ')}`, ...builds.map((build) => Math.min(...seconds.get(build)!).toFixed(2))]);
      }
    }
  } finally {
    await worker.end();
  }
  return `### Start\n\n${table(['Node', 'command', ...builds.map((build) => `${build}, s`)], rows)}`;
}
