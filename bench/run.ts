// Measures a deploy side by side with one psql that does the same: npm run bench [-- --n 500 --repetitions 3]
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createDatabase, dropDatabase } from '../src/embedded/database.js';
import { startPostgres } from '../src/embedded/postgres.js';
import { startTemporal } from '../src/embedded/temporal.js';
import { spawnCli, timeCli } from './cli.js';
import { smallMigrations } from './migrations.js';
import { psqlScript } from './psql.js';

const { values } = parseArgs({
  options: { n: { type: 'string', default: '500' }, repetitions: { type: 'string', default: '3' } },
});
const counts = values.n.split(',').map(Number);
const repetitions = Number(values.repetitions);

const directory = mkdtempSync(join(tmpdir(), 'pawl-bench-'));
const postgres = await startPostgres({ directory: join(directory, 'postgres'), durable: true });
const temporal = await startTemporal({ directory: join(directory, 'temporal'), persistent: false });
const median = (numbers: number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;

try {
  console.log(
    '| migrations | psql s | pawl --direct s | x | pawl deploy s | x | no-op deploy s |\n|---|---|---|---|---|---|---|',
  );
  for (const n of counts) {
    const psql: number[] = [];
    const direct: number[] = [];
    const deploy: number[] = [];
    const again: number[] = [];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const project = join(directory, `project-${n}-${repetition}`);
      mkdirSync(join(project, 'migrations'), { recursive: true });
      const files = smallMigrations(n);
      for (const [name, sql] of Object.entries(files)) writeFileSync(join(project, 'migrations', name), sql);
      const config = (target: string): string =>
        `targets:\n  ${target}:\n    database: { env: BENCH_DATABASE_URL }\n    stages:\n      - migrate: migrations\n`;
      const target = `bench-${n}-${repetition}`;
      writeFileSync(join(project, 'pawl.config.yaml'), config(target));
      writeFileSync(join(project, 'all.sql'), psqlScript(files));

      const [one, two, three] = await Promise.all(
        ['psql', 'direct', 'deploy'].map((name) => createDatabase(postgres.url, `${name}_${n}_${repetition}`)),
      );
      const env = (url: string): NodeJS.ProcessEnv => ({
        ...process.env,
        BENCH_DATABASE_URL: url,
        TEMPORAL_ADDRESS: temporal.address,
      });
      const started = performance.now();
      execFileSync('psql', ['-X', '-q', '-v', 'ON_ERROR_STOP=1', '-f', join(project, 'all.sql'), one!], { stdio: 'ignore' });
      psql.push((performance.now() - started) / 1000);
      direct.push(await timeCli(['deploy', '--direct'], project, env(two!)));
      const worker = await spawnCli(['worker'], project, env(three!), /pawl-[0-9a-f]{16}/);
      deploy.push(await timeCli(['deploy'], project, env(three!)));
      again.push(await timeCli(['deploy'], project, env(three!)));
      await worker.end();
      for (const name of ['psql', 'direct', 'deploy']) await dropDatabase(postgres.url, `${name}_${n}_${repetition}`);
    }
    const ratio = (numbers: number[]): string => median(numbers.map((value, index) => value / psql[index]!)).toFixed(2);
    const seconds = (numbers: number[]): string => median(numbers).toFixed(2);
    console.log(
      `| ${n} | ${seconds(psql)} | ${seconds(direct)} | ${ratio(direct)} | ${seconds(deploy)} | ${ratio(deploy)} | ${seconds(again)} |`,
    );
  }
} finally {
  await temporal.stop();
  await postgres.stop();
  rmSync(directory, { recursive: true, force: true });
}
