import type { ProcessEnvironment } from '../engine/postgres/address/parse-address.js';
import { ConfigError } from './config-error.js';
import { environmentOf } from './environment.js';
import { nearest } from '../engine/nearest.js';
import type { Member } from './fill.js';
import type { Config, MemberTarget } from './schema.js';

export type { ProcessEnvironment } from '../engine/postgres/address/parse-address.js';

export interface ResolvedTarget {
  readonly name: string;
  readonly target: MemberTarget;
  /** Which environment it is in here, such as `staging`; undefined where none is named. */
  readonly environment: string | undefined;
  /** Of a fleet: its values fill the templates of the target. */
  readonly member?: Member | undefined;
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
 * The value of a variable that the configuration names.
 * @throws ConfigError
 */
export function environmentValue(variable: string, environment: ProcessEnvironment): string {
  const value = environment[variable];
  if (value === undefined) throw unusable(variable, 'is not set');
  if (value.trim() === '') throw unusable(variable, 'is empty');
  return value;
}

/** @returns the refusal of a variable, whose value is not shown */
export function unusable(variable: string, message: string): ConfigError {
  return new ConfigError(
    `the environment variable ${variable} cannot be used; nothing was touched`,
    [{ path: variable, message }],
    `Set ${variable} and run the command again.`,
  );
}
