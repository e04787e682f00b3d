// What the examples run on: a throwaway PostgreSQL (the one that PAWL_SCRATCH_DATABASE_URL names, or one that comes with Pawl), the
// command line of this checkout, and a word on whether what happened is what should have.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/**
 * Runs an example with databases of its own; they are gone afterwards. The exit code says whether every check held.
 * @param needs.pgDump whether squash's programs must be there
 */
export async function run(example, { pgDump = false } = {}) {
  if (!existsSync(main)) return missing('Pawl is not built', 'Run `npm ci`, or `npm run build` where that was done.');
  const failed = [];
  const check = (what, holds) => {
    console.log(`${holds ? '  ok  ' : '  FAIL'}  ${what}`);
    if (!holds) failed.push(what);
  };
  try {
    const { withScratch } = await import('../dist/embedded/scratch.js');
    const { findDumpPrograms } = await import('../dist/pg-dump/programs.js');
    if (pgDump) findDumpPrograms(process.env);
    await withScratch(process.env, (scratch) => example({ create: () => scratch.create(), check }));
  } catch (error) {
    if (!error.next) throw error;
    return missing(error.message, error.next);
  }
  console.log(failed.length === 0 ? 'The story went as it should.' : `${failed.length} of the checks failed.`);
  process.exitCode = failed.length === 0 ? 0 : 1;
}

/** A word on what the machine lacks, in place of a list of checks that failed for it. */
function missing(what, next) {
  console.error(`This example cannot run here: ${what}.\n${next}`);
  process.exitCode = 1;
}

/** Runs `pawl <args>` and shows it. */
export function pawl(args, { cwd, env = {} }) {
  console.log(`\n$ pawl ${args.join(' ')}`);
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  process.stdout.write(`${stderr}${stdout}`.replace(/^(?=.)/gm, '    '));
  return { status, stdout, stderr };
}

/** Runs one query, or several without parameters. */
export async function query(url, sql) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** A new folder under the system's temporary one. */
export const temporaryFolder = () => mkdtempSync(join(tmpdir(), 'pawl-example-'));
