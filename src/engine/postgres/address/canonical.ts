import { nearest } from '../../nearest.js';
import { AddressError } from './address-error.js';
import { settingOption } from '../../address.js';
import { HONOURED, IGNORED, INTERPRETED, isToolsOwn, REFUSED, SETTINGS, SPELLINGS } from './parameters.js';
import { oneOf } from './one-of.js';
import type { Pair } from './pair.js';

/** Parameters under libpq's names, and settings of the server for `options`. */
export interface Canonical {
  readonly parameters: Map<string, string>;
  readonly settings: string[];
}

/**
 * Brings the parameters of an address under libpq's names, whichever driver's they are.
 * @throws AddressError for one that is not known, or cannot be honoured
 */
export function canonical(pairs: readonly Pair[]): Canonical {
  const found: Canonical = { parameters: new Map(), settings: [] };
  for (const pair of pairs) take(pair, found);
  prismaCertificates(found.parameters);
  return found;
}

/** What `ssl=true` and its kin say, beside sslmode; no address can give it under this name. */
export const VERIFICATION = 'verification';

const PASSED_OVER = new Set(IGNORED.flatMap(({ names }) => names));

function take(pair: Pair, { parameters, settings }: Canonical): void {
  const name = Object.hasOwn(SPELLINGS, pair.name) ? SPELLINGS[pair.name]! : pair.name;
  const { value } = pair;
  const setting = Object.hasOwn(SETTINGS, name) ? SETTINGS[name] : undefined;
  const option = /^options\[(\w+)\]$/.exec(name)?.[1];
  if (Object.hasOwn(HONOURED, name)) parameters.set(name, value);
  else if (name === 'schema') settings.push(settingOption('search_path', `"${value.replaceAll('"', '""')}"`));
  else if (setting !== undefined || option !== undefined) settings.push(settingOption(setting ?? option!, value));
  else if (INTERPRETED.includes(name)) interpret(name, value, parameters);
  else if (Object.hasOwn(REFUSED, name)) throw new AddressError(`has the parameter ${name}, which ${REFUSED[name]!}`);
  else if (!PASSED_OVER.has(name) && !isToolsOwn(name)) throw unknown(pair);
}

function interpret(name: string, value: string, parameters: Map<string, string>): void {
  switch (name) {
    case 'ssl':
      return ssl(value, parameters);
    case 'sslfactory':
      // The only one of JDBC's factories that says more than that files or the system have the roots.
      if (value.endsWith('.NonValidatingFactory')) parameters.set(VERIFICATION, 'none');
      return;
    case 'sslaccept':
      parameters.set('sslaccept', oneOf(name, value, ['strict', 'accept_invalid_certs']));
      return;
    case 'sslidentity':
      parameters.set(name, value);
      return;
    case 'targetServerType':
      parameters.set('target_session_attrs', oneOf(name, value.toLowerCase(), Object.keys(SERVER_TYPES), SERVER_TYPES));
      return;
    case 'loadBalanceHosts':
      parameters.set('load_balance_hosts', value === 'true' ? 'random' : 'disable');
      return;
    case 'gssencmode':
    case 'gssEncMode':
      if (value !== 'require') return;
      throw new AddressError(`has ${name}=require, and Pawl cannot encrypt by GSSAPI: take it out, or use TLS (sslmode)`);
    case 'requirepeer':
      if (value === '') return;
      throw new AddressError('has requirepeer, and Node.js cannot tell who owns a socket: take it out');
    default:
      if (/^(0|no|off|false)$/i.test(value)) return;
      throw new AddressError('asks for a replication connection (replication), which runs no migrations: take it out');
  }
}

const SERVER_TYPES: Readonly<Record<string, string>> = {
  any: 'any',
  primary: 'primary',
  master: 'primary',
  secondary: 'standby',
  slave: 'standby',
  preferslave: 'prefer-standby',
  prefersecondary: 'prefer-standby',
  preferprimary: 'any',
};

/** `ssl=true` of JDBC and node-postgres verifies chain and name; asyncpg has the modes there. */
function ssl(value: string, parameters: Map<string, string>): void {
  if (['true', '1', ''].includes(value)) parameters.set(VERIFICATION, 'full');
  else parameters.set('sslmode', ['false', '0'].includes(value) ? 'disable' : value);
}

/** Prisma calls the file with the roots `sslcert`, and says in `sslaccept` whether they are asked. */
function prismaCertificates(parameters: Map<string, string>): void {
  const accept = parameters.get('sslaccept');
  const prisma = accept !== undefined || parameters.has('sslidentity');
  const roots = parameters.get('sslcert');
  if (prisma && roots !== undefined && !parameters.has('sslkey') && !parameters.has('sslrootcert')) {
    parameters.delete('sslcert');
    parameters.set('sslrootcert', roots);
  }
  if (accept === undefined || parameters.get('sslmode') === 'disable') return;
  parameters.delete('sslmode');
  parameters.set(VERIFICATION, accept === 'strict' ? 'full' : 'none');
}

function unknown({ name, named }: Pair): AddressError {
  if (!named) {
    return new AddressError(
      'has a parameter that is not known, and its name is not shown since it may be a piece of a password: escape characters such as @ & ? # in it (%40 %26 %3F %23), or put it in quotes',
    );
  }
  const known = [...Object.keys(HONOURED), ...Object.keys(SETTINGS), ...Object.keys(SPELLINGS), ...INTERPRETED, ...PASSED_OVER];
  const suggestion = nearest(name, known);
  return new AddressError(
    `has the parameter ${name}, which is not known: ${suggestion === undefined ? 'take it out' : `did you mean ${suggestion}?`}`,
  );
}
