// What the examples run on: a throwaway PostgreSQL (the one that PAWL_SCRATCH_DATABASE_URL names, or one that comes with Pawl), the
// command line of this checkout, and a word on whether what happened is what should have.
import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { withScratch } from '../dist/embedded/scratch.js';

const main = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** Runs an example with databases of its own; they are gone afterwards. The exit code says whether every check held. */
export async function run(example) {
  const failed = [];
  const check = (what, holds) => {
    console.log(`${holds ? '  ok  ' : '  FAIL'}  ${what}`);
    if (!holds) failed.push(what);
  };
  await withScratch(process.env, (scratch) => example({ create: () => scratch.create(), check }));
  console.log(failed.length === 0 ? 'The story went as it should.' : `${failed.length} of the checks failed.`);
  process.exitCode = failed.length === 0 ? 0 : 1;
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
