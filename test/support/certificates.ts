import { execFileSync } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of a private authority: its root, a server's certificate for `localhost`, a client's for the user `postgres`. */
export interface Certificates {
  readonly root: string;
  /** The root of somebody else. */
  readonly otherRoot: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/** Makes them with openssl. */
export function makeCertificates(directory: string): Certificates {
  const root = authority(directory, 'root');
  return {
    root: root.cert,
    otherRoot: authority(directory, 'other').cert,
    server: signed(directory, 'server', root, '/CN=localhost', 'subjectAltName=DNS:localhost'),
    client: signed(directory, 'client', root, '/CN=postgres', 'extendedKeyUsage=clientAuth'),
  };
}

interface Pair {
  readonly cert: string;
  readonly key: string;
}

function authority(directory: string, name: string): Pair {
  const pair = paths(directory, name);
  const subject = ['-subj', `/CN=${name} of a test`, '-days', '2', '-addext', 'basicConstraints=critical,CA:TRUE'];
  openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', pair.key, '-out', pair.cert, ...subject);
  return pair;
}

function signed(directory: string, name: string, by: Pair, subject: string, extension: string): Pair {
  const pair = paths(directory, name);
  const request = join(directory, `${name}.csr`);
  const extensions = join(directory, `${name}.ext`);
  writeFileSync(extensions, extension);
  openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', pair.key, '-out', request, '-subj', subject);
  const signing = ['-CA', by.cert, '-CAkey', by.key, '-CAcreateserial', '-days', '2', '-extfile', extensions];
  openssl('x509', '-req', '-in', request, '-out', pair.cert, ...signing);
  chmodSync(pair.key, 0o600);
  return pair;
}

const paths = (directory: string, name: string): Pair => ({
  cert: join(directory, `${name}.crt`),
  key: join(directory, `${name}.key`),
});

function openssl(...args: string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
