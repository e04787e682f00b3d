import { posix } from 'node:path';
import { PASSING } from '../contract/notification.js';
import { LEGACY_TOOLS } from '../engine/legacy/tools.js';
import { counted } from '../text/counted.js';
import type { ConfigFault } from './config-error.js';
import { REST } from './waves.js';
import { directoriesOf, recordedFiles, stageKind, type Config, type Fleet, type Target } from './schema.js';

/** What no shape can say: things that must not be there twice. */
export function contradictions(config: Config): ConfigFault[] {
  const targets = Object.entries(config.targets);
  const fleets = Object.entries(config.fleets);
  return [
    ...brokenTexts(config),
    ...(targets.length + fleets.length === 0 ? [{ path: 'targets', message: 'expected at least one target or fleet' }] : []),
    ...fleets.flatMap(([name, fleet]) => [...fleetFaults(name, fleet, config), ...pointless(`fleets.${name}`, fleet)]),
    ...targets.flatMap(([name, target]) => [
      ...repeated(directories(target), (directory, first) => `the directory ${directory} is already used by ${first}`, name),
      ...unmirrored(name, target),
      ...pointless(`targets.${name}`, target),
      ...impossible(name, target),
      ...repeated(approvals(target), (approval, first) => `the approval "${approval}" has the same name as ${first}`, name),
    ]),
    ...repeated(
      targets.map(([name, target]) => [`targets.${name}`, `${JSON.stringify(target.database)} ${target.ledger.schema}`] as const),
      (_, first) => `has the database and the ledger of ${first}; give it a ledger of its own: ledger: { schema: ... }`,
    ),
  ];
}

/** No name, file, program or server takes a NUL, and half a character is another one for each that reads it. */
function brokenTexts(value: unknown, path = ''): ConfigFault[] {
  if (typeof value === 'string')
    return /[\0\p{Cs}]/u.test(value) ? [{ path, message: 'expected text; found a NUL or half a character in it' }] : [];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    brokenTexts(part, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  );
}

function fleetFaults(name: string, fleet: Fleet, { targets }: Config): ConfigFault[] {
  const path = `fleets.${name}`;
  const { database, members, stages, waves } = fleet;
  const stage = stages.findIndex((entry) => 'approve' in entry);
  const drift = fleet.notify?.findIndex(({ on }) => on.includes('drift')) ?? -1;
  return [
    ...(drift < 0
      ? []
      : [
          {
            path: `${path}.notify[${drift}].on`,
            message: 'no schedule looks at a fleet, so nobody is told of drift; leave it out',
          },
        ]),
    ...(name in targets ? [{ path, message: 'there is a target of this name; give the fleet another one' }] : []),
    ...(database === undefined && !('schemas' in members)
      ? [
          {
            path: `${path}.database`,
            message: 'expected { env: NAME } with the connection string of a member, such as postgres://{host}/{name}',
          },
        ]
      : []),
    ...(stage < 0
      ? []
      : [
          {
            path: `${path}.stages[${stage}].approve`,
            message: 'a member is not approved alone; expected `approve: true` at a wave',
          },
        ]),
    ...repeated(
      waves.map((wave, index) => [`${path}.waves[${index}].name`, wave.name] as const),
      (wave, first) => `the wave "${wave}" has the same name as ${first}`,
    ),
    ...waves.flatMap((wave, index) =>
      wave.name === REST.name
        ? [{ path: `${path}.waves[${index}].name`, message: `"${REST.name}" is what the members are called that no wave takes` }]
        : [],
    ),
  ];
}

/** Only where the tool is named: what `auto` finds is said by the plan. */
function unmirrored(name: string, { adopt }: Target): ConfigFault[] {
  const tool = adopt?.mirror ? LEGACY_TOOLS.find((known) => known.name === adopt.from) : undefined;
  if (typeof tool?.mirror !== 'string') return [];
  return [{ path: `targets.${name}.adopt.mirror`, message: `the tracker of ${tool.name} cannot be mirrored: ${tool.mirror}` }];
}

/** More people than there are. */
function impossible(name: string, { stages }: Target): ConfigFault[] {
  return stages.flatMap((stage, index) => {
    if (!('approve' in stage) || !stage.approve.by) return [];
    const { of = 1, by } = stage.approve;
    const people = new Set(by.map((one) => one.trim().toLowerCase())).size;
    if (people >= of) return [];
    return [
      {
        path: `targets.${name}.stages[${index}].approve.of`,
        message: `asks for ${counted(of, 'person', 'people')}, and by names ${people}`,
      },
    ];
  });
}

function pointless(path: string, { notify = [] }: Pick<Target, 'notify'>): ConfigFault[] {
  return notify.flatMap(({ on, after }, index) =>
    after === undefined || on.some((occasion) => PASSING.includes(occasion))
      ? []
      : [
          {
            path: `${path}.notify[${index}].after`,
            message: `says how long ${PASSING.join(' or ')} has to last; the others are told at once`,
          },
        ],
  );
}

type Place = readonly [path: string, value: string];

function directories(target: Target): Place[] {
  return target.stages.flatMap((stage, index): Place[] => {
    const source = recordedFiles(stage);
    if (!source) return [];
    return directoriesOf(source).map((directory) => [`stages[${index}].${stageKind(stage)}`, posix.normalize(directory)]);
  });
}

function approvals(target: Target): Place[] {
  return target.stages.flatMap((stage, index): Place[] =>
    'approve' in stage ? [[`stages[${index}].approve`, stage.approve.name]] : [],
  );
}

function repeated(places: readonly Place[], message: (value: string, first: string) => string, target?: string): ConfigFault[] {
  const first = new Map<string, string>();
  return places.flatMap(([path, raw]) => {
    const value = raw.replace(/\/$/, '');
    const earlier = first.get(value);
    if (earlier === undefined) {
      first.set(value, path);
      return [];
    }
    return [{ path: target ? `targets.${target}.${path}` : path, message: message(value, earlier) }];
  });
}
