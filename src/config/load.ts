import { readFile } from 'node:fs/promises';
import { lilconfig } from 'lilconfig';
import { basename, dirname, extname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseDocument } from 'yaml';
import { ConfigError, type ConfigFault } from './config-error.js';
import { contradictions } from './consistency.js';
import { faultsOf } from './fault.js';
import { configSchema, type Config } from './schema.js';

export interface LoadedConfig {
  readonly config: Config;
  /** Absolute path of the file. */
  readonly path: string;
  /** Its folder: what the paths in it are relative to. */
  readonly root: string;
}

/** In the order in which they are looked for, in `cwd` and then in each folder above. */
export const CONFIG_NAMES = ['ts', 'mts', 'js', 'mjs', 'json', 'yaml', 'yml'].map((extension) => `pawl.config.${extension}`);

/**
 * Finds, reads and checks the configuration.
 * @param options.file the file that the caller named, relative to `cwd`; else it is searched upwards
 * @throws ConfigError with one fault for each thing to correct
 */
export async function loadConfig(options: { readonly cwd: string; readonly file?: string | undefined }): Promise<LoadedConfig> {
  const path = options.file === undefined ? await find(options.cwd) : resolve(options.cwd, options.file);
  const shown = relative(options.cwd, path) || basename(path);
  const value = await read(path, shown);
  if (value === null || value === undefined) throw invalid(shown, [{ path: shown, message: 'is empty' }]);
  const parsed = reading(shown, () => configSchema.safeParse(value, { reportInput: true }));
  if (!parsed.success) throw invalid(shown, faultsOf(parsed.error.issues));
  const faults = contradictions(parsed.data);
  if (faults.length > 0) throw invalid(shown, faults);
  return { config: parsed.data, path, root: dirname(path) };
}

/** What a file does while it is read: a module's getters run code of their own. */
function reading<T>(shown: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unreadable(shown, error);
  }
}

/** A module may throw anything. */
function unreadable(shown: string, error: unknown): ConfigError {
  const why = error instanceof Error ? error.message : typeof error === 'string' ? error : 'it throws something that is no error';
  return invalid(shown, [{ path: shown, message: `cannot be loaded: ${why}` }]);
}

function invalid(file: string, faults: readonly ConfigFault[]): ConfigError {
  return new ConfigError(`${file} is not valid; nothing was touched`, faults, `Correct ${file} and run the command again.`);
}

async function find(cwd: string): Promise<string> {
  const unread = () => ({});
  const loaders = Object.fromEntries(
    [...new Set(CONFIG_NAMES.map((name) => extname(name)))].map((extension) => [extension, unread]),
  );
  const found = await lilconfig('pawl', { searchPlaces: CONFIG_NAMES, loaders, ignoreEmptySearchPlaces: false }).search(cwd);
  if (found) return found.filepath;
  throw new ConfigError(
    'no configuration found; nothing was touched',
    [{ path: cwd, message: `expected one of ${CONFIG_NAMES.join(', ')} here or in a folder above` }],
    'Create pawl.config.yaml, or name the file: --config <file>.',
  );
}

async function read(path: string, shown: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw invalid(shown, [{ path: shown, message: `cannot be read (${error.code ?? error.message})` }]);
  });
  return /\.(ya?ml|json)$/.test(path) ? parseYaml(text, shown) : importModule(path, shown);
}

/** JSON is YAML too, and this parser says the line and column of a mistake. */
function parseYaml(text: string, shown: string): unknown {
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) {
    throw invalid(
      shown,
      document.errors.map(({ linePos, message }) => ({
        path: linePos ? `${shown}:${linePos[0].line}:${linePos[0].col}` : shown,
        message: message.split(/ at line \d+|\n/)[0]!,
      })),
    );
  }
  const read = reading(shown, () => document.toJS() as unknown);
  if (typeof read !== 'object' || read === null || Array.isArray(read)) return read;
  // For editors; it says nothing about a deploy.
  return Object.fromEntries(Object.entries(read).filter(([key]) => key !== '$schema'));
}

/** `import { defineConfig } from 'pawl'` works wherever Pawl itself is installed. */
async function importModule(path: string, shown: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const alias = { pawl: fileURLToPath(new URL('../config/define', import.meta.url)) };
  const jiti = createJiti(import.meta.url, { alias, interopDefault: false, moduleCache: false, fsCache: false });
  try {
    const module = await jiti.import<{ default?: unknown }>(path);
    if (module.default !== undefined) return module.default;
  } catch (error) {
    throw unreadable(shown, error);
  }
  throw invalid(shown, [{ path: shown, message: 'expected `export default defineConfig({ ... })`, found no default export' }]);
}
