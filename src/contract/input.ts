import { NAME, STAGES } from './bounded.js';
import { textFault } from './decision.js';
import type { DatabaseIdentity, DeployInput, StagePlan } from './deploy.js';

const KINDS: readonly StagePlan['kind'][] = ['migrate', 'exec', 'constraints', 'assert', 'approve', 'signal'];
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
  return (
    objectFault('input', input, keys) ??
    fieldsFault(input as DeployInput) ??
    (input as DeployInput).stages.map((stage, at) => stageFault(`stages[${at}]`, stage)).find((fault) => fault !== undefined)
  );
}

function fieldsFault({ target, environment, release, stages, by, onFailure, to, expects }: DeployInput): string | undefined {
  const fault =
    nameFault('target', target, NAME) ??
    (environment === undefined ? undefined : nameFault('environment', environment, NAME)) ??
    objectFault('release', release, ['digest', 'label']) ??
    nameFault('release.label', release.label) ??
    nameFault('by', by) ??
    (to === undefined ? undefined : nameFault('to', to, NAME)) ??
    (expects === undefined ? undefined : databaseFault('expects', expects));
  if (fault !== undefined) return fault;
  if (typeof release.digest !== 'string' || !/^[0-9a-f]{16}$/.test(release.digest))
    return `release.digest: expected 16 hex digits, found ${shown(release.digest)}`;
  if (onFailure !== 'block' && onFailure !== 'abort') return `onFailure: expected "block" or "abort", found ${shown(onFailure)}`;
  if (!Array.isArray(stages)) return `stages: expected a list, found ${shown(stages)}`;
  return stages.length > STAGES ? `stages: expected at most ${STAGES}, found ${stages.length}` : undefined;
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
  const fault = objectFault(path, stage, ['kind', 'name', 'dependents']) ?? nameFault(`${path}.name`, stage.name, NAME);
  if (fault !== undefined) return fault;
  const { kind, dependents } = stage;
  if (!KINDS.includes(kind)) return `${path}.kind: expected one of ${KINDS.join(', ')}, found ${shown(kind)}`;
  if (dependents === undefined || dependents === null) return undefined;
  if (!Array.isArray(dependents)) return `${path}.dependents: expected a list, found ${shown(dependents)}`;
  if (dependents.length > DEPENDENTS) return `${path}.dependents: expected at most ${DEPENDENTS}, found ${dependents.length}`;
  return dependents.map((name: unknown, at) => nameFault(`${path}.dependents[${at}]`, name)).find((found) => found !== undefined);
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
