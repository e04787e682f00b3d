import { readdirSync, watch, type FSWatcher } from 'node:fs';
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

/** Watches the configuration and every directory that its targets name, with the folders in it: some tools give each migration one. */
export function watchRelease({ config, path, root }: LoadedConfig, signal: AbortSignal): Changes {
  let changed = false;
  let wake: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const fire = (): void => {
    changed = true;
    wake?.();
  };
  const named = Object.values(config.targets).flatMap((target) => directories(target, root));
  const watchers = new Map<string, FSWatcher>();
  const watchAll = (): void => {
    const places = new Set([path, ...named.flatMap(withFolders)]);
    // A folder that is made anew under its name is another one.
    for (const [place, watcher] of watchers) {
      if (places.has(place)) continue;
      watcher.close();
      watchers.delete(place);
    }
    for (const place of places) {
      const watcher = watchers.has(place) ? undefined : open(place, notice);
      if (watcher) watchers.set(place, watcher);
    }
  };
  const notice = (): void => {
    clearTimeout(timer);
    timer = setTimeout(fire, QUIET);
    watchAll();
  };
  watchAll();
  signal.addEventListener('abort', fire);
  return {
    async next() {
      if (!changed) await new Promise<void>((resolve) => (wake = resolve));
      changed = false;
    },
    close() {
      clearTimeout(timer);
      signal.removeEventListener('abort', fire);
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

/** A directory that does not exist cannot be watched; the configuration has to change before it matters, or the deploy says so. */
function open(place: string, notice: () => void): FSWatcher | undefined {
  return orNothing(() => watch(place, notice).on('error', notice));
}

/** A directory and the folders in it. */
function withFolders(directory: string): string[] {
  const entries = orNothing(() => readdirSync(directory, { withFileTypes: true })) ?? [];
  return [directory, ...entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name))];
}

/** @returns undefined where it is not there, or not any more */
function orNothing<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
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
