import { join } from 'node:path';
import { AddressError } from './address-error.js';
import { VERIFICATION } from './canonical.js';
import { oneOf } from './one-of.js';
import { SSL_MODES, type SslMode, type TlsSettings } from '../../tls-settings.js';

/** What the parameters of an address say about TLS, with libpq's meaning (section 34.19). @throws AddressError */
export function tlsSettings(parameters: ReadonlyMap<string, string>, home: string): TlsSettings {
  const take = (name: string): string | undefined => parameters.get(name) || undefined;
  const verification = take(VERIFICATION);
  const asked = take('sslmode') ?? (verification === 'full' ? 'verify-full' : verification === 'none' ? NO_VERIFY : undefined);
  const root = take('sslrootcert');
  const mode = modeOf(asked, root, take('requiressl'));
  const direct = oneOf('sslnegotiation', take('sslnegotiation') ?? 'postgres', ['postgres', 'direct']) === 'direct';
  if (direct && ['disable', 'allow', 'prefer'].includes(mode))
    throw new AddressError('has sslnegotiation=direct, which needs sslmode=require or stricter');
  const minimum = version('ssl_min_protocol_version', take('ssl_min_protocol_version'));
  const maximum = version('ssl_max_protocol_version', take('ssl_max_protocol_version'));
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    throw new AddressError('has an ssl_min_protocol_version that is newer than its ssl_max_protocol_version');
  return {
    home: join(home, '.postgresql'),
    mode,
    direct,
    root,
    systemRoots: verification === 'full',
    unverified: asked === NO_VERIFY,
    certificate: take('sslcert'),
    key: take('sslkey'),
    identity: take('sslidentity'),
    passphrase: take('sslpassword'),
    certificateMode: oneOf('sslcertmode', take('sslcertmode') ?? 'allow', ['disable', 'allow', 'require']),
    revoked: take('sslcrl'),
    revokedDirectory: take('sslcrldir'),
    minimum,
    maximum,
  };
}

/** node-postgres's word for libpq's `require` without a file of roots. */
const NO_VERIFY = 'no-verify';

function modeOf(asked: string | undefined, root: string | undefined, required: string | undefined): SslMode {
  if (asked === NO_VERIFY) return 'require';
  const usual = root === 'system' ? 'verify-full' : required === '1' ? 'require' : 'prefer';
  const mode = oneOf('sslmode', asked ?? usual, SSL_MODES);
  if (root === 'system' && mode !== 'verify-full')
    throw new AddressError(
      'has sslrootcert=system, which needs sslmode=verify-full: anybody may have a certificate of those roots',
    );
  return mode;
}

function version(name: string, value: string | undefined): string | undefined {
  return value === undefined ? undefined : oneOf(name, value, ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
}
