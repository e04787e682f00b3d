import { endTelemetry, installTelemetry } from '../../telemetry/install.js';
import type { ReleaseWorkers } from '../../temporal/worker.js';
import { openWorkers } from '../../worker.js';
import type { Context } from '../context.js';
import type { OpenedTarget } from '../open-target.js';

/** Runs work while this process serves the release that is here; the worker ends after it. */
export async function withOwnWorker<T>(
  context: Context,
  { name, loaded }: Pick<OpenedTarget, 'name' | 'loaded'>,
  work: () => Promise<T>,
): Promise<T> {
  const workers = await openQuietWorkers(context, { name, loaded });
  const running = workers.run();
  try {
    // A worker that dies ends the work too, with its error.
    return await Promise.race([work(), running.then(() => never<T>())]);
  } finally {
    workers.shutdown();
    await running;
  }
}

/** The SDK takes these settings once per process. */
let installed = false;

/** Workers that do not fill the terminal with their log, and leave Ctrl-C to us. */
export async function openQuietWorkers(
  { environment }: Context,
  { name, loaded }: Pick<OpenedTarget, 'name' | 'loaded'>,
): Promise<ReleaseWorkers> {
  if (!installed) installTelemetry({ logFormat: environment['PAWL_LOG_FORMAT'] === 'json' ? 'json' : 'text', level: 'ERROR' });
  installed = true;
  try {
    return await openWorkers(loaded, [name], environment);
  } catch (error) {
    await endTelemetry();
    installed = false;
    throw error;
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
