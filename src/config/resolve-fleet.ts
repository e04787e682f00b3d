import { nearest } from '../engine/nearest.js';
import { ConfigError } from './config-error.js';
import { environmentOf } from './environment.js';
import type { Member } from './fill.js';
import type { LoadedConfig } from './load.js';
import { memberTarget } from './member-target.js';
import { readMembers } from './members.js';
import { resolveTarget, type ProcessEnvironment, type ResolvedTarget } from './resolve.js';
import type { Config, Fleet } from './schema.js';

export interface ResolvedFleet {
  readonly name: string;
  readonly fleet: Fleet;
  /** Which environment it is in here; undefined where none is named. */
  readonly environment: string | undefined;
}

/**
 * The fleet that a command means: the named one, or the only one there is.
 * @throws ConfigError
 */
export function resolveFleet(name: string | undefined, config: Config, environment: ProcessEnvironment): ResolvedFleet {
  const names = Object.keys(config.fleets);
  const wanted = name ?? (names.length === 1 ? names[0]! : undefined);
  if (wanted !== undefined && Object.hasOwn(config.fleets, wanted))
    return { name: wanted, fleet: config.fleets[wanted]!, environment: environmentOf(config, environment) };
  const there = [{ path: 'fleets', message: `there are ${names.join(', ') || 'none'}` }];
  if (wanted === undefined) throw new ConfigError('which fleet?', there, 'Name one: pawl fleet <verb> <fleet>.');
  const suggestion = nearest(wanted, names);
  throw new ConfigError(
    `there is no fleet "${wanted}"`,
    there,
    suggestion ? `Did you mean ${suggestion}?` : 'Name one of them, or add it to the configuration.',
  );
}

/** What a name such as `tenants/acme` means; undefined for the name of a target. */
export function parseMemberName(name: string | undefined): { readonly fleet: string; readonly member: string } | undefined {
  const [, fleet, member] = /^([^/]+)[/]([^/]+)$/.exec(name ?? '') ?? [];
  return fleet === undefined || member === undefined ? undefined : { fleet, member };
}

/**
 * A target by its name, or the member of a fleet by `fleet/member`; the members are read from their source for that.
 * @throws ConfigError; EngineError where a registry cannot be reached
 */
export async function findTarget(
  name: string | undefined,
  { config, root }: Pick<LoadedConfig, 'config' | 'root'>,
  environment: ProcessEnvironment,
): Promise<ResolvedTarget> {
  const wanted = parseMemberName(name);
  if (!wanted) return resolveTarget(name, config, environment);
  const { name: fleetName, fleet, environment: place } = resolveFleet(wanted.fleet, config, environment);
  const members = await readMembers(fleetName, fleet, root, environment);
  const member = members.find((known) => known.name === wanted.member);
  if (!member) throw unknownMember(fleetName, wanted.member, members);
  return memberTarget(fleetName, fleet, member, place);
}

function unknownMember(fleet: string, member: string, members: readonly Member[]): ConfigError {
  const suggestion = nearest(
    member,
    members.map(({ name }) => name),
  );
  return new ConfigError(
    `the fleet ${fleet} has no member "${member}"`,
    [{ path: `fleets.${fleet}.members`, message: `gives ${members.length} members, and none of this name` }],
    suggestion ? `Did you mean ${fleet}/${suggestion}?` : `pawl fleet members ${fleet} lists them.`,
  );
}
