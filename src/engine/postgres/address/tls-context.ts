import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import { rootCertificates, type ConnectionOptions, type SecureVersion } from 'node:tls';
import { AddressError } from './address-error.js';
import type { TlsSettings } from '../../tls-settings.js';

/** Bundles of the roots that operating systems trust; SSL_CERT_FILE names another, as for OpenSSL. */
const SYSTEM_ROOTS = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * The options of Node's TLS for an address, with its files read now: certificates are renewed while a worker runs.
 * @param host name that the certificate must have where sslmode is verify-full
 * @throws AddressError for a file that is missing, or a key that others may read
 */
export function tlsContext(tls: TlsSettings, host: string): ConnectionOptions {
  const { home } = tls;
  const roots = readRoots(tls, join(home, 'root.crt'));
  const crl = revocations(tls, join(home, 'root.crl'));
  return {
    // libpq verifies the chain wherever it has roots, whatever the mode (section 34.19.1).
    rejectUnauthorized: roots !== undefined && !tls.unverified,
    ...(roots !== undefined && { ca: roots }),
    ...(crl.length > 0 && { crl }),
    ...(tls.mode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    ...clientCertificate(tls, home),
    ...(tls.minimum !== undefined && { minVersion: tls.minimum as SecureVersion }),
    ...(tls.maximum !== undefined && { maxVersion: tls.maximum as SecureVersion }),
    // PostgreSQL accepts the protocol's name only from those who begin with TLS, and needs it from them.
    ...(tls.direct && { ALPNProtocols: ['postgresql'] }),
    ...(isIP(host) === 0 && { servername: host }),
    host,
  };
}

function readRoots({ root, mode, systemRoots }: TlsSettings, usual: string): string | string[] | undefined {
  if (root === 'system') return systemBundle();
  if (root !== undefined) return readFile('sslrootcert', root);
  if (existsSync(usual)) return readFile('sslrootcert', usual);
  if (systemRoots) return systemBundle();
  if (mode === 'verify-ca' || mode === 'verify-full') {
    throw new AddressError(
      `asks for sslmode=${mode}, and no root certificate is there to verify with (${usual}): name its file in sslrootcert, or sslrootcert=system for those that the system trusts`,
    );
  }
  return undefined;
}

function systemBundle(): string[] {
  const files = [process.env['SSL_CERT_FILE'], ...SYSTEM_ROOTS].filter((file) => file !== undefined && existsSync(file));
  const [file] = files;
  return file === undefined ? [...rootCertificates] : [readFile('sslrootcert', file)];
}

function revocations({ revoked, revokedDirectory }: TlsSettings, usual: string): string[] {
  if (revoked !== undefined) return [readFile('sslcrl', revoked)];
  if (revokedDirectory !== undefined) {
    if (!existsSync(revokedDirectory)) throw missing('sslcrldir', revokedDirectory);
    return readdirSync(revokedDirectory).map((name) => readFile('sslcrldir', join(revokedDirectory, name)));
  }
  return existsSync(usual) ? [readFile('sslcrl', usual)] : [];
}

function clientCertificate(tls: TlsSettings, home: string): ConnectionOptions {
  if (tls.certificateMode === 'disable') return {};
  const passphrase = tls.passphrase === undefined ? {} : { passphrase: tls.passphrase };
  if (tls.identity !== undefined) return { pfx: readBytes('sslidentity', tls.identity), ...passphrase };
  const certificate = tls.certificate ?? join(home, 'postgresql.crt');
  if (tls.certificate === undefined && !existsSync(certificate)) {
    if (tls.certificateMode === 'allow') return {};
    throw new AddressError('asks for sslcertmode=require, and no certificate is there to send: name its file in sslcert');
  }
  const key = tls.key ?? join(home, 'postgresql.key');
  if (existsSync(key)) refuseOpenKey(key);
  return { cert: readFile('sslcert', certificate), key: readFile('sslkey', key), ...passphrase };
}

/** libpq's rule: nobody else may read the key, but the group may where root owns it. */
function refuseOpenKey(path: string): void {
  const { mode, uid } = statSync(path);
  if (process.platform === 'win32' || (mode & (uid === 0 ? 0o037 : 0o077)) === 0) return;
  throw new AddressError(`has a private key that others may read (sslkey, ${path}): chmod 600 ${path}`);
}

const readFile = (parameter: string, path: string): string => readBytes(parameter, path).toString('utf8');

function readBytes(parameter: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    throw missing(parameter, path);
  }
}

const missing = (parameter: string, path: string): AddressError =>
  new AddressError(`names a file that cannot be read (${parameter}, ${path})`);
