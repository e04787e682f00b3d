import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '../src/embedded/postgres.js';
import { smallMigrations } from './migrations.js';
import { startWorker, timeEngine, timePawl } from './pawl.js';
import { pawlProject } from './project.js';
import { timePsql } from './psql.js';
import type { Servers } from './servers.js';
import { median, table } from './timing.js';

const SHIM = `#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int slow(const char *name, int fd) {
  usleep(2000);
  return ((int (*)(int))dlsym(RTLD_NEXT, name))(fd);
}
int fdatasync(int fd) { return slow("fdatasync", fd); }
int fsync(int fd) { return slow("fsync", fd); }
`;

/** The same on a disk that takes 2 ms longer for every flush, as network disks do. */
export async function slowDisk(servers: Servers, n: number, repetitions: number): Promise<string> {
  const library = compile(servers.directory);
  process.env.LD_PRELOAD = library;
  const postgres = await startPostgres({ directory: join(servers.directory, 'slow'), durable: true });
  delete process.env.LD_PRELOAD;
  const slow: Servers = { ...servers, postgres };
  const [psql, engine, deploy]: [number[], number[], number[]] = [[], [], []];
  try {
    for (let repetition = 0; repetition < repetitions; repetition += 1) {
      psql.push(await timePsql(slow, smallMigrations(n)));
      engine.push(await timeEngine(await pawlProject(slow, smallMigrations(n))));
      const bench = await pawlProject(slow, smallMigrations(n));
      const worker = await startWorker(bench);
      deploy.push(await timePawl(bench, 'deploy'));
      await worker.end();
    }
  } finally {
    await postgres.stop();
  }
  const row = (name: string, own: number[]): string[] => [
    name,
    median(own).toFixed(2),
    median(own.map((value, index) => value / psql[index]!)).toFixed(2),
  ];
  return `### ${n} migrations on a disk with 2 ms more for each flush\n\n${table(
    ['', 's', 'x floor'],
    [row('psql (the floor)', psql), row('Pawl, engine alone', engine), row('pawl deploy', deploy)],
  )}`;
}

/** @returns the library; PostgreSQL's account must be able to read it */
function compile(directory: string): string {
  const [source, library] = [join(directory, 'slow.c'), join('/tmp', `pawl-bench-slow-${process.pid}.so`)];
  writeFileSync(source, SHIM);
  execFileSync('gcc', ['-shared', '-fPIC', '-o', library, source, '-ldl']);
  chmodSync(library, 0o755);
  return library;
}
