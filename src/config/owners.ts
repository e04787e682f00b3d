import type { OwnerMap } from '../owners/owner-of.js';
import type { ResolvedTarget } from './resolve.js';
import type { Config } from './schema.js';

/** Who a target's migrations belong to: as it says, or its own name. */
export const ownerName = ({ name, target }: ResolvedTarget): string => target.owner ?? name;

/** Every pattern with its owner. */
export function ownerMap({ owners }: Pick<Config, 'owners'>): OwnerMap {
  return Object.fromEntries(Object.entries(owners).flatMap(([owner, patterns]) => patterns.map((pattern) => [pattern, owner])));
}

/** The patterns that belong to others than the target's owner: what its migrations must leave alone. */
export function foreignOwners(config: Pick<Config, 'owners'>, resolved: ResolvedTarget): OwnerMap {
  return Object.fromEntries(Object.entries(ownerMap(config)).filter(([, owner]) => owner !== ownerName(resolved)));
}
