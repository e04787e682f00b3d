import { createHash } from 'node:crypto';
import { readPublicKey, type PublicKey } from './public-key.js';
import { Unreadable, Wire, written } from './wire.js';

const MAGIC = 'SSHSIG';
const HASHES = ['sha256', 'sha512'];

/** A signature that `ssh-keygen -Y sign` has written, taken apart. */
export interface SshSignature {
  /** In the form in which the lists of keys have it, in base64 there. */
  readonly blob: Buffer;
  readonly key: PublicKey;
  /** What it was made for, so that nobody can pass off a signature of a commit as one of something else. */
  readonly namespace: string;
  readonly fits: (text: string) => boolean;
}

/**
 * Reads a signature, with its first and last line or without them.
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.sshsig
 * @throws Unreadable
 */
export function readSshSignature(armored: string): SshSignature {
  const base64 = armored.replace(/-----(BEGIN|END) SSH SIGNATURE-----/g, '').replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+=*$/.test(base64)) throw new Unreadable('it is not base64');
  const wire = new Wire(Buffer.from(base64, 'base64'));
  if (wire.left < MAGIC.length || wire.take(MAGIC.length).toString('latin1') !== MAGIC)
    throw new Unreadable('it does not begin as one');
  const version = wire.number();
  if (version !== 1) throw new Unreadable(`its version is ${version}, not 1`);
  const [blob, namespace, reserved, hash, signature] = [
    wire.string(),
    wire.string(),
    wire.string(),
    wire.text(),
    wire.string(),
  ] as const;
  wire.end();
  if (!HASHES.includes(hash)) throw new Unreadable(`its hash is none of ${HASHES.join(' and ')}`);
  const key = readPublicKey(blob);
  return {
    blob,
    key,
    namespace: namespace.toString('utf8'),
    fits: (text) => {
      const digest = createHash(hash).update(text, 'utf8').digest();
      const signed = [Buffer.from(MAGIC), ...[namespace, reserved, Buffer.from(hash), digest].map(written)];
      return key.hasSigned(Buffer.concat(signed), signature);
    },
  };
}
