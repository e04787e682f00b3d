import { ruleFault } from './approval.js';
import { NAME, STAGES } from './bounded.js';
import { textFault } from './decision.js';
import type { DatabaseIdentity, DeployInput, StagePlan } from './deploy.js';
import type { FleetInput } from './fleet.js';

const KINDS: readonly StagePlan['kind'][] = ['migrate', 'exec', 'constraints', 'backfill', 'assert', 'approve', 'signal'];
const DEPENDENTS = 100;

/**
 * What is wrong with the input of the workflow, from whichever client it comes: a sentence that names the field; undefined when nothing is.
 * @param continued whether the run continues another one, which alone may say where that one was
 */
export function inputFault(input: unknown, continued: boolean): string | undefined {
  const keys = [
    'target',
    'environment',
    'release',
    'stages',
    'by',
    'onFailure',
    'to',
    'expects',
    ...(continued ? ['resumed'] : []),
  ];
  const fault = objectFault('input', input, keys);
  if (fault !== undefined) return fault;
  const { target, to, expects, ...rest } = input as DeployInput;
  return (
    nameFault('target', target, NAME) ??
    (to === undefined ? undefined : nameFault('to', to, NAME)) ??
    (expects === undefined ? undefined : databaseFault('expects', expects)) ??
    fieldsFault(rest)
  );
}

/** As {@link inputFault}, of the workflow of a rollout. */
export function fleetInputFault(input: unknown, continued: boolean): string | undefined {
  const keys = [
    'fleet',
    'environment',
    'release',
    'stages',
    'by',
    'onFailure',
    'only',
    'wave',
    ...(continued ? ['resumed'] : []),
  ];
  const fault = objectFault('input', input, keys);
  if (fault !== undefined) return fault;
  const { fleet, only, wave, ...rest } = input as FleetInput;
  return (
    nameFault('fleet', fleet, NAME) ??
    (wave === undefined ? undefined : nameFault('wave', wave)) ??
    (only === undefined ? undefined : namesFault('only', only)) ??
    fieldsFault(rest)
  );
}

/** Of what every start of a deploy or of a rollout says. */
function fieldsFault({
  environment,
  release,
  stages,
  by,
  onFailure,
}: Pick<DeployInput, 'environment' | 'release' | 'stages' | 'by' | 'onFailure'>): string | undefined {
  const fault =
    (environment === undefined ? undefined : nameFault('environment', environment, NAME)) ??
    objectFault('release', release, ['digest', 'label']) ??
    nameFault('release.label', release.label) ??
    nameFault('by', by);
  if (fault !== undefined) return fault;
  if (typeof release.digest !== 'string' || !/^[0-9a-f]{16}$/.test(release.digest))
    return `release.digest: expected 16 hex digits, found ${shown(release.digest)}`;
  if (onFailure !== 'block' && onFailure !== 'abort') return `onFailure: expected "block" or "abort", found ${shown(onFailure)}`;
  if (!Array.isArray(stages)) return `stages: expected a list, found ${shown(stages)}`;
  if (stages.length > STAGES) return `stages: expected at most ${STAGES}, found ${stages.length}`;
  const all: readonly StagePlan[] = stages;
  return all.map((stage, at) => stageFault(`stages[${at}]`, stage)).find((found) => found !== undefined);
}

function databaseFault(path: string, database: DatabaseIdentity): string | undefined {
  const fault =
    objectFault(path, database, ['label', 'name', 'started', 'system', 'ledger']) ??
    nameFault(`${path}.label`, database.label) ??
    nameFault(`${path}.name`, database.name, NAME);
  if (fault !== undefined) return fault;
  for (const key of ['system', 'ledger'] as const)
    if (typeof database[key] !== 'string' || database[key].length > NAME)
      return `${path}.${key}: expected text, found ${shown(database[key])}`;
  return typeof database.started === 'number'
    ? undefined
    : `${path}.started: expected a number, found ${shown(database.started)}`;
}

function stageFault(path: string, stage: StagePlan): string | undefined {
  const fault =
    objectFault(path, stage, ['kind', 'name', 'dependents', 'approval']) ?? nameFault(`${path}.name`, stage.name, NAME);
  if (fault !== undefined) return fault;
  const { kind, dependents, approval } = stage;
  if (!KINDS.includes(kind)) return `${path}.kind: expected one of ${KINDS.join(', ')}, found ${shown(kind)}`;
  if (approval !== undefined && approval !== null) {
    const wrong = ruleFault(`${path}.approval`, approval);
    if (wrong !== undefined) return wrong;
  }
  if (dependents === undefined || dependents === null) return undefined;
  return namesFault(`${path}.dependents`, dependents, DEPENDENTS);
}

function namesFault(path: string, names: unknown, most = Infinity): string | undefined {
  if (!Array.isArray(names)) return `${path}: expected a list, found ${shown(names)}`;
  if (names.length > most) return `${path}: expected at most ${most}, found ${names.length}`;
  return names.map((name: unknown, at) => nameFault(`${path}[${at}]`, name)).find((found) => found !== undefined);
}

function objectFault(path: string, value: unknown, keys: readonly string[]): string | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return `${path}: expected an object, found ${shown(value)}`;
  const unknown = Object.entries(value).find(([key, entry]) => entry !== undefined && !keys.includes(key))?.[0];
  return unknown === undefined ? undefined : `${path}: ${shown(unknown)} is not known here; expected ${keys.join(', ')}`;
}

function nameFault(path: string, value: unknown, longest?: number): string | undefined {
  const fault = value === '' ? 'expected text, found an empty one' : textFault(value, longest);
  return fault === undefined ? undefined : `${path}: ${fault}`;
}

/** What was found, as far as a message can show it. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return (JSON.stringify(value) ?? typeof value).replace(/[^\x20-\x7e]/g, '?').slice(0, 60);
}
