import { existsSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { isIP } from 'node:net';
import { AddressError } from './address-error.js';
import { joinOptions, settingOption, type Address, type Host } from '../../address.js';
import { canonical, type Canonical } from './canonical.js';
import { isKeywords, keywordPairs } from './keywords.js';
import { HONOURED, SETTING_VARIABLES } from './parameters.js';
import { oneOf } from './one-of.js';
import type { Pair } from './pair.js';
import { passwordFrom } from './pass-file.js';
import { servicePairs } from './service-file.js';
import { tlsSettings } from './tls-parameters.js';
import { isUri, uriPairs } from './uri.js';

export type ProcessEnvironment = Readonly<Record<string, string | undefined>>;

/** Milliseconds that one host may take where the address does not say; libpq waits without end, which no deploy should. */
const CONNECT_TIMEOUT = 10_000;

/** Where the Unix socket is when no host is given: Debian's place and PostgreSQL's own. */
const SOCKET_FOLDERS = ['/var/run/postgresql', '/tmp'];

/** Whether a text has the form of a connection string. */
export const isAddress = (text: string): boolean => isUri(text) || isKeywords(text);

/**
 * Reads a connection string as libpq reads it: `postgres://...` or `host=... dbname=...`, completed by the service file, by the PG*
 * variables and by libpq's defaults. Spellings of other drivers (Prisma, JDBC, lib/pq, pgx, node-postgres) are understood.
 * @throws AddressError that quotes no value
 */
export function parseAddress(text: string, environment: ProcessEnvironment = process.env): Address {
  const trimmed = text.trim();
  if (!isAddress(trimmed))
    throw new AddressError('expected postgres://user:password@host:port/database or host=... dbname=..., found something else');
  return complete(isUri(trimmed) ? uriPairs(trimmed) : keywordPairs(trimmed), environment);
}

function complete(pairs: readonly Pair[], environment: ProcessEnvironment): Address {
  const home = environment['HOME'] ?? homedir();
  const { parameters, settings } = merged(pairs, environment, home);
  const take = (name: string): string | undefined => parameters.get(name) || undefined;
  const user = take('user') ?? userInfo().username;
  const database = take('dbname') ?? user;
  const hosts = hostsOf(take('host'), take('hostaddr'), take('port'));
  const password = take('password');
  const passfile = { path: take('passfile'), home };
  return {
    hosts,
    shuffled: oneOf('load_balance_hosts', take('load_balance_hosts') ?? 'disable', ['disable', 'random']) === 'random',
    user,
    database,
    password: (host) => (password === undefined ? passwordFrom(passfile, { host, database, user }) : Promise.resolve(password)),
    options: joinOptions(take('options') ?? '', ...settings),
    role: undefined,
    tls: tlsSettings(parameters, home),
    attributes: oneOf('target_session_attrs', take('target_session_attrs') ?? 'any', [
      ...(['any', 'read-write', 'read-only', 'primary', 'standby', 'prefer-standby'] as const),
    ]),
    connectTimeout: whole('connect_timeout', take('connect_timeout')) * 1000 || CONNECT_TIMEOUT,
    keepAlive: /^(0|false)$/.test(take('keepalives') ?? '1')
      ? undefined
      : whole('keepalives_idle', take('keepalives_idle')) * 1000 || 10_000,
    channelBinding: oneOf('channel_binding', take('channel_binding') ?? 'prefer', ['disable', 'prefer', 'require']),
    requireAuth: take('require_auth')
      ?.split(',')
      .map((way) => way.trim()),
  };
}

/** What the string says goes before the service, the service before the variables. */
function merged(pairs: readonly Pair[], environment: ProcessEnvironment, home: string): Canonical {
  const own = canonical(pairs);
  const variables = new Map<string, string>();
  for (const [name, variable] of Object.entries(HONOURED)) {
    const value = variable === undefined ? undefined : environment[variable];
    if (value) variables.set(name, value);
  }
  const service = own.parameters.get('service') ?? variables.get('service');
  const file = own.parameters.get('servicefile') ?? variables.get('servicefile');
  const fromService = service ? canonical(servicePairs(service, file, environment, home)) : canonical([]);
  const fromVariables = Object.entries(SETTING_VARIABLES).flatMap(([variable, setting]) => {
    const value = environment[variable];
    return value ? [settingOption(setting, value)] : [];
  });
  return {
    parameters: new Map([...variables, ...fromService.parameters, ...own.parameters]),
    // The server lets the last one win.
    settings: [...fromVariables, ...fromService.settings, ...own.settings],
  };
}

function hostsOf(host: string | undefined, address: string | undefined, port: string | undefined): readonly Host[] {
  const names = host?.split(',');
  const addresses = address?.split(',');
  const ports = port?.split(',') ?? [''];
  const count = (names ?? addresses ?? ['']).length;
  if (names && addresses && names.length !== addresses.length)
    throw new AddressError(`has ${names.length} names in host and ${addresses.length} addresses in hostaddr: give one for each`);
  if (ports.length !== 1 && ports.length !== count)
    throw new AddressError(`has ${ports.length} ports for ${count} hosts: give one for each, or one for all`);
  return Array.from({ length: count }, (_, at): Host => {
    const number = portOf(ports.length === 1 ? ports[0]! : ports[at]!);
    const numeric = addresses?.[at];
    if (numeric && isIP(numeric) === 0) throw new AddressError('has a hostaddr that is not a numeric address');
    return { name: nameOf(names?.[at] || numeric, number), address: numeric || undefined, port: number };
  });
}

function nameOf(name: string | undefined, port: number): string {
  if (name === undefined) return SOCKET_FOLDERS.find((folder) => existsSync(`${folder}/.s.PGSQL.${port}`)) ?? 'localhost';
  if (isIP(name) !== 0 || /^(?:[\p{L}\p{N}._-]+|\/.*)$/u.test(name)) return name;
  throw new AddressError('has a host that cannot be one; it is not shown, since it may be a piece of a password');
}

function portOf(text: string): number {
  if (text === '') return 5432;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > 65_535) throw new AddressError('has a port that is not a number from 1 to 65535');
  return port;
}

function whole(name: string, text: string | undefined): number {
  if (text === undefined) return 0;
  if (!/^-?\d{1,7}$/.test(text)) throw new AddressError(`has a value of ${name} that is not a whole number of seconds`);
  return Math.max(Number(text), 0);
}
