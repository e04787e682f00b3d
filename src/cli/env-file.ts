import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { CONFIG_NAMES } from '../config/load.js';

/**
 * The variables of the file `.env` beside the configuration, without those that the environment has already.
 * @param file that the caller named as configuration
 */
export function envFile(cwd: string, environment: NodeJS.ProcessEnv, file?: string): Record<string, string> {
  const folder = file === undefined ? configFolder(cwd) : dirname(resolve(cwd, file));
  const path = folder === undefined ? undefined : join(folder, '.env');
  if (path === undefined || !existsSync(path)) return {};
  const values = parseEnv(readFileSync(path, 'utf8')) as Record<string, string>;
  return Object.fromEntries(Object.entries(values).filter(([name]) => environment[name] === undefined));
}

function configFolder(folder: string): string | undefined {
  if (CONFIG_NAMES.some((name) => existsSync(join(folder, name)))) return folder;
  const above = dirname(folder);
  return above === folder ? undefined : configFolder(above);
}
