import type { native } from '@temporalio/core-bridge';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, constants, mkdtemp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { EngineError } from '../engine/error.js';
import { withLock } from './lock.js';

/** Newer ones do not install with `go install`: their go.mod has replace directives. */
const VERSION = '1.5.1';
const MODULE = `github.com/temporalio/cli/cmd/temporal@v${VERSION}`;
/** Told to the server of the downloads. */
const SDK = '1.24.0';
const DOWNLOAD_WITHIN_MS = 20_000;
const PROGRAM = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/** Gets a line for people about what takes long. */
export type Progress = (line: string) => void;

/**
 * The path of the `temporal` program: from PATH, from the cache, or brought into the cache by the SDK's download or else by
 * `go install`, which takes minutes, once. Two processes at once bring one.
 *
 * @throws EngineError `TEMPORAL_UNAVAILABLE` that names each way
 */
export async function findTemporal(onProgress: Progress = () => undefined): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    if (folder !== '' && (await isProgram(join(folder, PROGRAM)))) return join(folder, PROGRAM);
  }
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'pawl', `temporal-${VERSION}`);
  const program = join(cache, PROGRAM);
  if (await isProgram(program)) return program;
  await mkdir(cache, { recursive: true });
  return withLock(
    join(cache, 'lock'),
    async () => {
      if (!(await isProgram(program))) await bring(cache, program, onProgress);
      return program;
    },
    () => {
      onProgress('Another process brings the temporal program; waiting for it.');
    },
  );
}

async function isProgram(path: string): Promise<boolean> {
  // A folder of that name can be "executed" too.
  const file = await stat(path).catch(() => undefined);
  if (file?.isFile() !== true) return false;
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function bring(cache: string, program: string, onProgress: Progress): Promise<void> {
  // Left by processes that were killed: we hold the lock, so nobody is at work there.
  for (const file of await readdir(cache)) if (file.startsWith('draft-')) await rm(join(cache, file), { recursive: true });
  const draft = await mkdtemp(join(cache, 'draft-'));
  try {
    onProgress(`Downloading the temporal program ${VERSION} into ${cache}`);
    const whyNotDownload = await download(draft);
    if (whyNotDownload !== undefined) {
      onProgress(`No download (${whyNotDownload}). Building it with Go instead: about 4 minutes, once.`);
      const whyNotGo = await build(draft, onProgress);
      if (whyNotGo !== undefined) throw unavailable(whyNotDownload, whyNotGo);
    }
    const made = (await readdir(draft)).find((file) => file.startsWith('temporal')) ?? PROGRAM;
    await rename(join(draft, made), program);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/**
 * The core of Temporal's SDK downloads the program when it starts a development server. In a process of its own: the SDK keeps one runtime
 * per process, whose settings belong to the worker, and a download that hangs can be ended. The script holds on to the runtime until it exits:
 * collected before, it would take the download down.
 *
 * @returns why it did not work
 */
async function download(draft: string): Promise<string | undefined> {
  const core = createRequire(import.meta.url).resolve('@temporalio/core-bridge');
  const script = `
    const { native } = require(${JSON.stringify(core)});
    const runtime = native.newRuntime(${JSON.stringify(RUNTIME)});
    native.newEphemeralServer(runtime, ${JSON.stringify(downloaded(draft))}).then(native.ephemeralServerShutdown).then(
      () => process.exit(0),
      (error) => { console.error(error.message); process.exit(1); }).then(() => native.runtimeShutdown(runtime));`;
  const { code, lastLine } = await run(process.execPath, ['-e', script], {}, DOWNLOAD_WITHIN_MS);
  // The SDK nests its reasons, the plain one last.
  return code === 0 ? undefined : (lastLine.split(': ').at(-1) ?? '') || `more than ${DOWNLOAD_WITHIN_MS / 1000} s passed`;
}

const RUNTIME = {
  logExporter: { type: 'console', filter: 'ERROR', format: 'compact' },
  telemetry: { attachServiceName: true, metricPrefix: 'temporal_' },
  metricsExporter: null,
  workerHeartbeatIntervalMillis: null,
} satisfies native.RuntimeOptions;

function downloaded(downloadDir: string): native.EphemeralServerConfig {
  return {
    type: 'dev-server',
    exe: { type: 'cached-download', downloadDir, version: `v${VERSION}`, ttl: 0, sdkName: 'sdk-typescript', sdkVersion: SDK },
    ip: '127.0.0.1',
    port: null,
    ui: false,
    uiPort: null,
    namespace: 'default',
    dbFilename: null,
    log: { format: 'pretty', level: 'warn' },
    extraArgs: [],
  };
}

async function build(draft: string, onProgress: Progress): Promise<string | undefined> {
  const env = { GOBIN: draft, GOOS: undefined, GOARCH: undefined };
  const { code, lastLine } = await run('go', ['install', '-v', MODULE], env, undefined, onProgress);
  return code === 0 ? undefined : lastLine;
}

/** Runs a program to its end; `code` is undefined when it could not start or took too long. */
async function run(
  program: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  timeout?: number,
  onLine: Progress = () => undefined,
): Promise<{ code: number | null | undefined; lastLine: string }> {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    ...(timeout === undefined ? {} : { timeout, killSignal: 'SIGKILL' as const }),
  });
  let lastLine = '';
  createInterface(child.stderr).on('line', (line) => {
    lastLine = line;
    onLine(line);
  });
  try {
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, lastLine };
  } catch (error) {
    return { code: undefined, lastLine: (error as Error).message };
  }
}

function unavailable(whyNotDownload: string, whyNotGo: string): EngineError {
  return new EngineError(
    'TEMPORAL_UNAVAILABLE',
    'refused',
    `There is no Temporal server to use: no TEMPORAL_ADDRESS, no temporal program on PATH, its download failed (${whyNotDownload}) and so did go install (${whyNotGo})`,
    {
      next: `Set TEMPORAL_ADDRESS to a running server, or install the temporal CLI (https://docs.temporal.io/cli), or install Go so that it can be built.`,
    },
  );
}
