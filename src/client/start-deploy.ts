import { loadConfig } from '../config/load.js';
import { readRelease } from '../config/release.js';
import { resolveTarget } from '../config/resolve.js';
import { stagesUpTo } from '../engine/files/up-to.js';
import type { DeployInput, Release } from '../contract/deploy.js';
import { deployInput } from './deploy-input.js';
import { awaitWorker, type WorkerWait } from './await-worker.js';
import { expectedDatabase } from './expected-database.js';
import { ClientError } from './client-error.js';
import type { DeployRun } from './deploy-run.js';
import { startOrJoin, type Started } from './join.js';
import { withRun, type ClientOptions } from './open-run.js';

/** What to deploy, and how to behave where something is in the way. */
export interface StartOptions extends ClientOptions {
  /** Name in the configuration; may be left out where it has one target. */
  readonly target?: string | undefined;
  /** What people call this release: a git commit, a tag. */
  readonly label: string;
  /** Who deploys; goes into the audit. */
  readonly by: string;
  /** The version that the deploy ends with: what comes after it stays pending. Without it everything is applied. */
  readonly to?: string | undefined;
  /** `block`, the default, waits for a decision when a migration fails for good; `abort` ends the deploy. */
  readonly onFailure?: 'block' | 'abort' | undefined;
  /** While another release is being deployed: `wait`, the default, or `fail` with `BUSY`. */
  readonly ifBusy?: 'wait' | 'fail' | undefined;
  /** The file of the configuration; by default `pawl.config.*` in `cwd` or a folder above. */
  readonly config?: string | undefined;
  /** By default the working directory of the process. */
  readonly cwd?: string | undefined;
  /** How long to wait for a worker that holds this release, in milliseconds; 10 s by default. */
  readonly waitWorker?: number | undefined;
  /** Ends the wait for a worker or for another release. */
  readonly signal?: AbortSignal | undefined;
  /** Told what is waited for. */
  readonly onWait?: ((text: string) => void) | undefined;
}

/** A deploy that is under way; plain data, so that another process can follow it. */
export interface StartedDeploy {
  readonly target: string;
  /** Such as `staging`; undefined where none is named. */
  readonly environment?: string | undefined;
  readonly workflowId: string;
  /** First run of the deploy. */
  readonly runId: string;
  readonly release: Release;
  /** Who had started it, where a deploy of this very release was under way and was joined. */
  readonly joined?: string | undefined;
}

/** See `startDeploy` in ./index.ts. */
export async function startDeploy(options: StartOptions): Promise<StartedDeploy> {
  const { signal = new AbortController().signal, cwd = process.cwd(), ifBusy = 'wait', onWait = () => undefined } = options;
  const { config, root } = await loadConfig({ cwd, file: options.config });
  const resolved = resolveTarget(options.target, config, process.env);
  const release = await readRelease(resolved, root);
  const [fault] = release.faults;
  if (fault) throw fault;
  if (options.to !== undefined) stagesUpTo([...release.migrations.values()], options.to);
  const name = { target: resolved.name, environment: resolved.environment };
  const expects = await expectedDatabase(resolved, process.env);
  const input = deployInput(name, release, { ...options, expects });
  return withRun(name, options, async (run) => {
    const { waitWorker } = options;
    const started = await startRelease({ run, input, ifBusy, waitWorker, say: onWait, interrupt: signal });
    if (!started) throw new ClientError('ABANDONED', `the start of the deploy of ${run.target} was abandoned`, 'Start it again.');
    return { ...name, workflowId: run.id, release: input.release, ...started };
  });
}

export interface ReleaseStart extends WorkerWait {
  readonly run: DeployRun;
  readonly input: DeployInput;
  readonly ifBusy: 'wait' | 'fail';
}

/**
 * Starts the deploy of a release, or joins it, once a worker polls that holds it.
 * @returns undefined when `interrupt` was aborted while something was waited for
 */
export async function startRelease(start: ReleaseStart): Promise<Started | undefined> {
  const { run, input } = start;
  const there = await awaitWorker(run, { digest: input.release.digest, expects: input.expects }, start);
  return there ? startOrJoin(start) : undefined;
}
