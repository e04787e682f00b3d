import type { TlsSettings } from './tls-settings.js';

/** One server of a connection string. */
export interface Host {
  /** Name, IP address, or the directory of a Unix socket (then it begins with a slash). */
  readonly name: string;
  /** Numeric address to connect to instead (`hostaddr`); the certificate is still compared with the name. */
  readonly address: string | undefined;
  readonly port: number;
}

/** What a session must be, as libpq's `target_session_attrs` has it. */
export type SessionAttributes = 'any' | 'read-write' | 'read-only' | 'primary' | 'standby' | 'prefer-standby';

/** Where a database is and how to log in there: a connection string with everything filled in that libpq would fill in. */
export interface Address {
  /** In the order in which they are tried. */
  readonly hosts: readonly Host[];
  readonly shuffled: boolean;
  readonly database: string;
  readonly user: string;
  /** Asked at each login. @returns undefined where none is known */
  readonly password: (host: Host) => Promise<string | undefined>;
  /** Settings of the session from its start, in the form of libpq's `options`. */
  readonly options: string;
  /** Role that everything runs as, where it is not the user. */
  readonly role: string | undefined;
  readonly tls: TlsSettings;
  readonly attributes: SessionAttributes;
  /** Milliseconds for one host. */
  readonly connectTimeout: number;
  /** Milliseconds of silence before a keepalive; undefined sends none. */
  readonly keepAlive: number | undefined;
  readonly channelBinding: 'disable' | 'prefer' | 'require';
  /** Ways to log in that are allowed (`require_auth`); undefined allows each. */
  readonly requireAuth: readonly string[] | undefined;
}

/**
 * How the engine is told where a database is: a connection string, an address that was read from one, or what is asked anew before each
 * connection because what it answers expires.
 */
export type DatabaseUrl = string | Address | (() => Promise<Address>);

/** `orders on db.example:5433`: what may stand in any output. */
export function describeAddress({ database, hosts }: Address): string {
  return `${database} on ${hosts.map(describeHost).join(', ')}`;
}

/** The port is named where it is not PostgreSQL's own. */
export function describeHost({ name, port }: Host): string {
  return port === 5432 ? name : `${name}:${port}`;
}

/** The same server and login, another database. */
export function onDatabase(address: Address, database: string): Address {
  return { ...address, database };
}

/** Everything that runs on the address runs as the role: also for a login that does not inherit its rights. */
export function asRole(address: Address, role: string | undefined): Address {
  if (role === undefined) return address;
  return { ...address, role, options: joinOptions(address.options, settingOption('role', role)) };
}

/** The same address, with these schemas as the search path of each session. */
export function onPath(address: Address, schemas: readonly string[]): Address {
  const path = schemas.map((schema) => `"${schema.replaceAll('"', '""')}"`).join(', ');
  return { ...address, options: joinOptions(address.options, settingOption('search_path', path)) };
}

/** The same address, with a password that is asked for at each login. */
export function withPassword(address: Address, password: () => Promise<string>): Address {
  return { ...address, password };
}

/** One setting as an argument of `options`, where a backslash escapes blanks and itself. */
export function settingOption(name: string, value: string): string {
  return `-c ${name}=${value.replaceAll(/[\\\s]/g, '\\$&')}`;
}

export const joinOptions = (...options: readonly string[]): string => options.filter((option) => option !== '').join(' ');
