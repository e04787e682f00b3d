import { ConfigError } from './config-error.js';
import { environmentOf } from './environment.js';
import { fromConninfo } from './conninfo.js';
import { nearest } from './nearest.js';
import type { Config, Target } from './schema.js';

export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

export interface ResolvedTarget {
  readonly name: string;
  readonly target: Target;
  /** Which environment it is in here, such as `staging`; undefined where none is named. */
  readonly environment: string | undefined;
}

/**
 * The target that a command means: the named one, or the only one there is. Reads no address.
 * @throws ConfigError
 */
export function resolveTarget(name: string | undefined, config: Config, environment: ProcessEnvironment): ResolvedTarget {
  const names = Object.keys(config.targets);
  const wanted = name ?? (names.length === 1 ? names[0]! : undefined);
  if (wanted !== undefined && Object.hasOwn(config.targets, wanted))
    return { name: wanted, target: config.targets[wanted]!, environment: environmentOf(config, environment) };
  if (wanted === undefined) {
    throw new ConfigError(
      'which target?',
      [{ path: 'targets', message: `there are ${names.join(', ') || 'none'}` }],
      'Name one: pawl <verb> <target>.',
    );
  }
  const suggestion = nearest(wanted, names);
  throw new ConfigError(
    `there is no target "${wanted}"`,
    [{ path: 'targets', message: `there are ${names.join(', ')}` }],
    suggestion ? `Did you mean ${suggestion}?` : 'Name one of them, or add it to the configuration.',
  );
}

/**
 * The connection string of a target, read when it is needed and by whom it is needed.
 * Accepts `postgres://` and `postgresql://` addresses and libpq's `host=... dbname=...`; answers with an address.
 * @throws ConfigError that names the variable and never shows its value
 */
export function databaseUrl(target: Target, environment: ProcessEnvironment): string {
  const variable = target.database.env;
  const value = environmentValue(variable, environment).trim();
  if (/^postgres(ql)?:\/\//i.test(value)) {
    if (URL.canParse(value.replace(/@\//, '@localhost/'))) return value;
    throw unusable(variable, 'is not a valid address; characters such as @ : / # in a password are written as %40 %3A %2F %23');
  }
  const converted = /^[a-z_]+\s*=/.test(value) ? fromConninfo(value) : undefined;
  if (converted !== undefined) return converted;
  throw unusable(variable, 'expected postgres://user:password@host:port/database or host=... dbname=..., found something else');
}

/**
 * The value of a variable that the configuration names.
 * @throws ConfigError
 */
export function environmentValue(variable: string, environment: ProcessEnvironment): string {
  const value = environment[variable];
  if (value === undefined) throw unusable(variable, 'is not set');
  if (value.trim() === '') throw unusable(variable, 'is empty');
  return value;
}

function unusable(variable: string, message: string): ConfigError {
  return new ConfigError(
    `the environment variable ${variable} cannot be used; nothing was touched`,
    [{ path: variable, message }],
    `Set ${variable} and run the command again.`,
  );
}
