import type { FleetStatus } from './fleet.js';
import type { NewsCommand } from './news.js';

/** What a person can type about a rollout in the state that it is in. */
export function fleetChoicesOf({ fleet, state, held, blocked, waves }: FleetStatus): NewsCommand[] {
  const wave = waves.find((one) => one.state === 'waiting for approval')?.name ?? '';
  const choice = (command: string, effect: string): NewsCommand => ({ command, effect });
  return [
    ...(state === 'waiting for approval' ? [choice(`pawl fleet approve ${fleet}`, `let the wave ${wave} begin`)] : []),
    ...(held || state === 'held' || state === 'stopped'
      ? [choice(`pawl fleet resume ${fleet}`, 'go on with the members that are left')]
      : []),
    ...(!held && (state === 'running' || state === 'soaking' || state === 'waiting for approval')
      ? [choice(`pawl fleet hold ${fleet} --reason "..."`, 'begin no further members')]
      : []),
    ...(blocked.length > 0
      ? [
          choice(`pawl fleet retry ${fleet} --all`, 'try every blocked member again'),
          choice(`pawl retry ${fleet}/${blocked[0]!}`, 'try one of them again'),
        ]
      : []),
    ...(['done', 'failed', 'cancelled', 'superseded'].includes(state)
      ? []
      : [choice(`pawl fleet cancel ${fleet} --reason "..."`, 'end the rollout; what is committed stays')]),
  ];
}
