import { joinOptions, settingOption, type Address, type DatabaseUrl } from '../address.js';
import { resolveUrl } from './open.js';

/**
 * The variables with which a program that uses libpq, such as pg_dump, reaches the same database in the same way. Nothing stands on its
 * command line, which everybody on the machine may read.
 * @param settings of the session, beside those of the address
 */
export async function libpqEnvironment(
  url: DatabaseUrl,
  settings: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const address = await resolveUrl(url);
  const password = await address.password(address.hosts[0]!);
  const options = joinOptions(address.options, ...Object.entries(settings).map(([name, value]) => settingOption(name, value)));
  return Object.fromEntries(Object.entries(variables(address, password, options)).filter(([, value]) => value)) as Record<
    string,
    string
  >;
}

function variables(address: Address, password: string | undefined, options: string): Record<string, string | undefined> {
  const { hosts, tls } = address;
  return {
    PGHOST: hosts.map(({ name }) => name).join(','),
    PGHOSTADDR: hosts.every((host) => host.address !== undefined) ? hosts.map((host) => host.address).join(',') : undefined,
    PGPORT: hosts.map(({ port }) => port).join(','),
    PGDATABASE: address.database,
    PGUSER: address.user,
    PGPASSWORD: password,
    PGOPTIONS: options,
    PGTARGETSESSIONATTRS: address.attributes === 'any' ? undefined : address.attributes,
    PGCONNECT_TIMEOUT: String(Math.ceil(address.connectTimeout / 1000)),
    PGCHANNELBINDING: address.channelBinding,
    PGSSLMODE: tls.mode,
    PGSSLNEGOTIATION: tls.direct ? 'direct' : undefined,
    PGSSLROOTCERT: tls.root,
    PGSSLCERT: tls.certificate,
    PGSSLKEY: tls.key,
    PGSSLCRL: tls.revoked,
    PGSSLCRLDIR: tls.revokedDirectory,
    PGSSLMINPROTOCOLVERSION: tls.minimum,
    PGSSLMAXPROTOCOLVERSION: tls.maximum,
  };
}
