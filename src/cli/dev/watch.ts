import { watch, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { directoriesOf, recordedFiles, type Target } from '../../config/schema.js';
import type { LoadedConfig } from '../../config/load.js';

/** Editors write a file in several steps; this many quiet milliseconds mean that it is done. */
const QUIET = 200;

export interface Changes {
  /** Resolves at the next change, or at once when one has come since the last call. */
  next(): Promise<void>;
  close(): void;
}

/** Watches the configuration and every directory that its targets name. */
export function watchRelease({ config, path, root }: LoadedConfig, signal: AbortSignal): Changes {
  let changed = false;
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const fire = (): void => {
    changed = true;
    wake?.();
  };
  const notice = (): void => {
    clearTimeout(timer);
    timer = setTimeout(fire, QUIET);
  };
  const places = [path, ...Object.values(config.targets).flatMap((target) => directories(target, root))];
  const watchers = places.flatMap((place) => open(place, notice));
  signal.addEventListener('abort', fire);
  return {
    async next() {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
    },
    close() {
      clearTimeout(timer);
      signal.removeEventListener('abort', fire);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** A directory that does not exist cannot be watched; the configuration has to change before it matters, or the deploy says so. */
function open(place: string, notice: () => void): FSWatcher[] {
  try {
    return [watch(place, notice).on('error', notice)];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function directories(target: Target, root: string): string[] {
  return target.stages.flatMap((stage) => {
    const source = recordedFiles(stage);
    if (source) return directoriesOf(source).map((directory) => join(root, directory));
    return 'assert' in stage ? [join(root, stage.assert)] : [];
  });
}
