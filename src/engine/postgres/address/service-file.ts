import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AddressError } from './address-error.js';
import { isSecret, type Pair } from './pair.js';

/** Where packages compile the system-wide file in; PGSYSCONFDIR names another place. */
const SYSTEM = ['/etc/postgresql-common', '/etc/sysconfig/pgsql', '/etc/postgresql', '/usr/local/etc/postgresql'];

/**
 * The parameters of a service (PostgreSQL documentation, section 34.17).
 * @param file the one that PGSERVICEFILE or `servicefile` names
 * @throws AddressError
 */
export function servicePairs(
  service: string,
  file: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
  home: string,
): Pair[] {
  const system = environment['PGSYSCONFDIR'];
  const files = [
    file ?? join(home, '.pg_service.conf'),
    ...(system === undefined ? SYSTEM : [system]).map((folder) => join(folder, 'pg_service.conf')),
  ];
  for (const path of files.filter((one) => existsSync(one))) {
    const found = section(textOf(path), service);
    if (found) return found;
  }
  throw new AddressError(`names a service that none of ${files.join(', ')} defines`);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AddressError(`names a service, and ${path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function section(text: string, service: string): Pair[] | undefined {
  let found: Pair[] | undefined;
  let inside = false;
  for (const line of text.split(/\r?\n/).map((one) => one.trim())) {
    if (line === '' || line.startsWith('#')) continue;
    const header = /^\[(.*)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      if (found) return found;
      inside = header === service;
      if (inside) found = [];
    } else if (inside) found!.push(entry(line));
  }
  return found;
}

function entry(line: string): Pair {
  if (/^ldaps?:/i.test(line)) throw new AddressError('names a service that is looked up by LDAP, which Pawl cannot');
  const equals = line.indexOf('=');
  const [name, value] = [line.slice(0, Math.max(equals, 0)).trim(), line.slice(equals + 1)];
  if (name === '' || name === 'service')
    throw new AddressError('names a service whose definition has a line that is not name=value');
  return { name, value, named: !isSecret(name) };
}
