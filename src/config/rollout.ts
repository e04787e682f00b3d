import { EARLY_WAVE, LAST_WAVE, type WaveSettings } from '../contract/fleet.js';
import { nearest } from '../engine/nearest.js';
import { milliseconds } from '../text/duration.js';
import { ConfigError } from './config-error.js';
import type { Member } from './fill.js';
import type { Fleet } from './schema.js';
import { planWaves } from './waves.js';

export interface RolloutChoice {
  /** Names of members. */
  readonly only?: readonly string[] | undefined;
  /** Name of a wave. */
  readonly wave?: string | undefined;
}

/**
 * The waves of a rollout with the members in each, in order; those that a choice leaves out are not there.
 * @throws ConfigError for a name that there is not
 */
export function planRollout(
  { name, fleet }: { readonly name: string; readonly fleet: Fleet },
  members: readonly Member[],
  { only, wave }: RolloutChoice = {},
): { readonly settings: WaveSettings; readonly members: readonly string[] }[] {
  refuseUnknown(
    name,
    'member',
    only ?? [],
    members.map((member) => member.name),
  );
  const planned = planWaves(fleet, members);
  refuseUnknown(name, 'wave', wave === undefined ? [] : [wave], [
    ...planned.map((entry) => entry.wave.name),
    ...fleet.waves.map((entry) => entry.name),
  ]);
  const chosen = new Set(only);
  return planned.flatMap(
    (
      {
        wave: { parallel = fleet.parallel, approve, soak, healthy, healthyWithin = '5m', assert, stopAfter, ...settings },
        members: all,
      },
      index,
    ) => {
      const names = only === undefined ? all : all.filter((member) => chosen.has(member));
      if (names.length === 0 || (wave !== undefined && settings.name !== wave)) return [];
      const fallback = fleet.stopAfter ?? (index === planned.length - 1 ? LAST_WAVE : EARLY_WAVE);
      const wait = soak === undefined ? 0 : milliseconds(soak);
      return [
        {
          settings: {
            name: settings.name,
            parallel,
            approve,
            healthy,
            healthyWithin,
            assert,
            soak: wait,
            stopAfter: stopAfter ?? fallback,
          },
          members: names,
        },
      ];
    },
  );
}

function refuseUnknown(fleet: string, what: string, wanted: readonly string[], known: readonly string[]): void {
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const suggestion = nearest(unknown, known);
  throw new ConfigError(
    `the fleet ${fleet} has no ${what} "${unknown}"; nothing was touched`,
    [{ path: `fleets.${fleet}`, message: `has ${known.length} ${what}s${known.length <= 20 ? `: ${known.join(', ')}` : ''}` }],
    suggestion ? `Did you mean ${suggestion}?` : `pawl fleet members ${fleet} lists them.`,
  );
}
