import { createHash, createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import { Unreadable, Wire } from './wire.js';

/** Bits: shorter RSA keys are broken, or soon are. */
const SHORTEST_RSA = 2048;
/** A hardware key says with this bit that somebody touched it. */
const TOUCHED = 0x01;

/** The curves of RFC 5656: name in SSH, in JSON Web Keys, hash that goes with it, bytes of a coordinate. */
const CURVES = [
  { ssh: 'nistp256', jwk: 'P-256', hash: 'sha256', bytes: 32 },
  { ssh: 'nistp384', jwk: 'P-384', hash: 'sha384', bytes: 48 },
  { ssh: 'nistp521', jwk: 'P-521', hash: 'sha512', bytes: 66 },
] as const;

/** A public key of SSH: what it is called, and whether a signature is its own. */
export interface PublicKey {
  /** As `ssh-keygen -l` prints it: `SHA256:...`. */
  readonly fingerprint: string;
  /** @throws Unreadable where it is no signature that this kind of key makes */
  readonly hasSigned: (message: Buffer, signature: Buffer) => boolean;
}

/**
 * Reads a key as `authorized_keys` and signatures hold it, in base64 there: Ed25519, ECDSA, RSA, and the hardware keys (FIDO) of the first
 * two. By RFC 4253, 5656, 8332, 8709 and OpenSSH's PROTOCOL.u2f.
 * @throws Unreadable for any other one
 */
export function readPublicKey(blob: Buffer): PublicKey {
  const wire = new Wire(blob);
  const type = wire.text();
  const hasSigned = verifierOf(type, wire);
  wire.end();
  const fingerprint = `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
  return { fingerprint, hasSigned };
}

function verifierOf(type: string, wire: Wire): PublicKey['hasSigned'] {
  if (type === 'ssh-ed25519') return plain(type, ed25519(wire));
  if (type === 'ssh-rsa') return rsa(wire);
  if (type === 'sk-ssh-ed25519@openssh.com') return hardware(type, ed25519(wire), wire.string());
  if (type === 'sk-ecdsa-sha2-nistp256@openssh.com') return hardware(type, ecdsa(wire, 'nistp256'), wire.string());
  const curve = /^ecdsa-sha2-(nistp\d+)$/.exec(type)?.[1];
  if (curve !== undefined) return plain(type, ecdsa(wire, curve));
  if (type.includes('-cert-')) throw new Unreadable('it is a certificate; list the key itself');
  throw new Unreadable('its kind is none of Ed25519, ECDSA and RSA');
}

type Check = (message: Buffer, signature: Buffer) => boolean;

function ed25519(wire: Wire): Check {
  const key = keyOf({ kty: 'OKP', crv: 'Ed25519', x: base64url(wire.string()) });
  return (message, signature) => verify(null, message, key, signature);
}

function ecdsa(wire: Wire, name: string): Check {
  const curve = CURVES.find(({ ssh }) => ssh === name && ssh === wire.text());
  if (!curve) throw new Unreadable('its curve is not known');
  const point = wire.string();
  const { jwk: crv, hash, bytes } = curve;
  if (point.length !== 1 + 2 * bytes || point[0] !== 4) throw new Unreadable('its point is not one of the curve');
  const key = keyOf({ kty: 'EC', crv, x: base64url(point.subarray(1, 1 + bytes)), y: base64url(point.subarray(1 + bytes)) });
  return (message, signature) => {
    const numbers = new Wire(signature);
    const pair = [numbers.integer(), numbers.integer()];
    numbers.end();
    if (pair.some((number) => number.length > bytes)) return false;
    const fixed = pair.map((number) => Buffer.concat([Buffer.alloc(bytes - number.length), number]));
    return verify(hash, message, { key, dsaEncoding: 'ieee-p1363' }, Buffer.concat(fixed));
  };
}

function rsa(wire: Wire): Check {
  const [e, n] = [wire.integer(), wire.integer()];
  const key = keyOf({ kty: 'RSA', e: base64url(e), n: base64url(n) });
  if (n.length * 8 < SHORTEST_RSA) throw new Unreadable(`it is an RSA key of less than ${SHORTEST_RSA} bits`);
  return (message, signature) => {
    const { type, rest } = typed(signature);
    const hash = /^rsa-sha2-(256|512)$/.exec(type)?.[1];
    if (hash === undefined) throw new Unreadable(`its signature is of the kind ${printable(type)}, not rsa-sha2-512`);
    const bytes = rest.string();
    rest.end();
    return verify(`sha${hash}`, message, key, bytes);
  };
}

function plain(expected: string, check: Check): Check {
  return (message, signature) => {
    const { type, rest } = typed(signature);
    if (type !== expected) throw new Unreadable(`its signature is of the kind ${printable(type)}, not ${expected}`);
    const bytes = rest.string();
    rest.end();
    return check(message, bytes);
  };
}

/** The key signs what stands around a hash of the message: for whom it was made, whether it was touched, how often it has signed. */
function hardware(expected: string, check: Check, application: Buffer): Check {
  return (message, signature) => {
    const { type, rest } = typed(signature);
    if (type !== expected) throw new Unreadable(`its signature is of the kind ${printable(type)}, not ${expected}`);
    const bytes = rest.string();
    const flagsAndCounter = rest.take(5);
    rest.end();
    if ((flagsAndCounter[0]! & TOUCHED) === 0) throw new Unreadable('the hardware key was not touched for it');
    const sha = (value: Buffer): Buffer => createHash('sha256').update(value).digest();
    return check(Buffer.concat([sha(application), flagsAndCounter, sha(message)]), bytes);
  };
}

function typed(signature: Buffer): { type: string; rest: Wire } {
  const rest = new Wire(signature);
  return { type: rest.text(), rest };
}

function keyOf(jwk: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch {
    throw new Unreadable('its numbers are not those of a key');
  }
}

function base64url(bytes: Buffer): string {
  return bytes.toString('base64url');
}

function printable(text: string): string {
  return text.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');
}
