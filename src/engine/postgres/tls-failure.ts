import { TlsUnavailable } from './dial.js';

const NAME =
  'The certificate is for another name. Connect by a name that is in it, or use sslmode=verify-ca where any name of these roots will do.';
const ROOTS =
  'Name the file with the root certificate of the server in sslrootcert (clouds offer theirs for download), or sslrootcert=system where a public authority signed it.';

/** What a refused certificate means, and what to do. Node's codes are OpenSSL's. */
const CURES: Readonly<Record<string, readonly [cause: string, cure: string]>> = {
  SELF_SIGNED_CERT_IN_CHAIN: ['the certificate of the server is signed by an authority that is not trusted here', ROOTS],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['the server has a certificate that it signed itself', ROOTS],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['the certificate of the server is signed by an authority that is not trusted here', ROOTS],
  UNABLE_TO_GET_ISSUER_CERT: ['the certificate of an authority in between is missing', ROOTS],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['the certificate of the server is signed by an authority that is not trusted here', ROOTS],
  CERT_HAS_EXPIRED: ['the certificate of the server has expired', 'Renew it on the server, or the root in sslrootcert.'],
  CERT_NOT_YET_VALID: ['the certificate of the server is not valid yet', 'Check the clocks of both machines.'],
  CERT_REVOKED: ['the certificate of the server was revoked (sslcrl)', 'Give the server a new one.'],
  UNABLE_TO_GET_CRL: ['sslcrl has no list of the authority that signed the certificate', 'Add its list, or take sslcrl out.'],
  CRL_HAS_EXPIRED: ['the list in sslcrl has expired', 'Fetch a new list from the authority.'],
  ERR_TLS_CERT_ALTNAME_INVALID: ['the certificate of the server is not for the host of the address', NAME],
  HOSTNAME_MISMATCH: ['the certificate of the server is not for the host of the address', NAME],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
    'the server asks for a client certificate',
    'Name certificate and key in sslcert and sslkey.',
  ],
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: [
    'the server does not know the authority that signed the client certificate',
    'Name a certificate that its root signed in sslcert, with its key in sslkey.',
  ],
  ERR_SSL_UNSUPPORTED_PROTOCOL: [
    'server and client have no version of TLS in common',
    'Look at ssl_min_protocol_version and ssl_max_protocol_version, here and on the server.',
  ],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: [
    'server and client have no version of TLS in common',
    'Look at ssl_min_protocol_version and ssl_max_protocol_version, here and on the server.',
  ],
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: [
    'the key in sslkey is not that of the certificate in sslcert',
    'Name the two that belong together.',
  ],
  ERR_OSSL_BAD_DECRYPT: ['the password of the key in sslkey is wrong', 'Correct sslpassword.'],
  ERR_MISSING_PASSPHRASE: ['the key in sslkey has a password', 'Give it in sslpassword.'],
  // Node has this one code for a list that it cannot read, and for nothing else of a connection.
  ERR_CRYPTO_OPERATION_FAILED: ['the list in sslcrl cannot be read', 'Give a list of revoked certificates in the PEM form.'],
  ERR_OSSL_PEM_NO_START_LINE: [
    'a file with a certificate or key is not in the PEM form',
    'Convert it with openssl x509 or openssl pkey.',
  ],
};

/** Whether TLS could not be put on a connection that was there. */
export function isTlsFailure(error: unknown): boolean {
  return error instanceof TlsUnavailable || tlsFailure(error) !== undefined;
}

/** Cause and cure of a failure of TLS; undefined for any other. */
export function tlsFailure(error: unknown): { readonly cause: string; readonly cure: string } | undefined {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  const known = CURES[code];
  if (known) return { cause: known[0], cure: known[1] };
  if (!/^ERR_(SSL|OSSL|TLS)_/.test(code)) return undefined;
  return {
    cause: `TLS failed: ${message.split('\n')[0]!.replace(/^[0-9A-F]+:/, '')}`,
    cure: 'Look at sslmode and its files in the address, and at the log of the server.',
  };
}
