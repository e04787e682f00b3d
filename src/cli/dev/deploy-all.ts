import type { LoadedConfig } from '../../config/load.js';
import { readRelease, type TargetRelease } from '../../config/release.js';
import { resolveTarget } from '../../config/resolve.js';
import { fileText } from '../../engine/files/migration.js';
import type { ReleaseWorkers } from '../../temporal/worker.js';
import { actor, releaseLabel } from '../actor.js';
import type { Context } from '../context.js';
import { openQuietWorkers } from '../deploy/own-worker.js';
import { refuseFaults } from '../deploy/refuse-faults.js';
import { deployThroughTemporal } from '../deploy/through-temporal.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { errorView } from '../view/error.js';

/** Workers of this process by target; the one of an older release stays until a newer one has taken its place. */
export class OwnWorkers {
  readonly #running = new Map<string, { readonly workers: ReleaseWorkers; readonly run: Promise<void> }>();

  /** Puts a worker for the release that is here in the place of the one for an older release, which is ended by the returned function. */
  async replace(context: Context, name: string, loaded: LoadedConfig): Promise<() => Promise<void>> {
    const workers = await openQuietWorkers(context, { name, loaded });
    const older = this.#running.get(name);
    const run = workers.run();
    run.catch((error: unknown) => context.output.say(errorView(error, context.output.newsLook)));
    this.#running.set(name, { workers, run });
    return async () => {
      older?.workers.shutdown();
      await older?.run;
    };
  }

  async stop(): Promise<void> {
    for (const { workers } of this.#running.values()) workers.shutdown();
    await Promise.all([...this.#running.values()].map(({ run }) => run));
    this.#running.clear();
  }
}

/** Deploys each target with a worker of this process. @returns the first exit code that is not 0 */
export async function deployAll(
  context: Context,
  loaded: LoadedConfig,
  own: OwnWorkers,
  interrupt: AbortSignal,
): Promise<ExitCode> {
  const by = await actor(context, undefined);
  const label = await releaseLabel(context);
  let exit: ExitCode = EXIT.done;
  for (const name of Object.keys(loaded.config.targets)) {
    if (interrupt.aborted) break;
    const opened = { ...resolveTarget(name, loaded.config, context.environment), loaded };
    const release = await readRelease(opened, loaded.root);
    refuseFaults(context, release);
    const empty = emptyFiles(release);
    if (empty.length > 0) {
      context.output.say(`${name} is not deployed while files are empty: ${empty.join(', ')}`);
      if (exit === EXIT.done) exit = EXIT.failed;
      continue;
    }
    const endOlder = await own.replace(context, name, loaded);
    const options = { onFailure: 'block', ifBusy: 'wait', detach: false, ownWorker: false } as const;
    const code = await deployThroughTemporal(context, { opened, release, label, by, interrupt, ...options });
    await endOlder();
    if (code === EXIT.failed)
      context.output.say('Was a file edited that had run here? `pawl dev --reset` begins with an empty database.');
    if (exit === EXIT.done) exit = code;
  }
  return exit;
}

/** Files that `pawl new` or an editor has just made: what is to stand in them comes with the next change. */
function emptyFiles({ migrations }: TargetRelease): string[] {
  return [...migrations.values()].flatMap((stage) =>
    stage.migrations.filter((migration) => fileText(migration).trim() === '').map(({ path }) => path),
  );
}
