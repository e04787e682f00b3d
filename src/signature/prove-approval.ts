import { SIGNATURE_NAMESPACE, signedText } from '../contract/signed-approval.js';
import { EngineError } from '../engine/error.js';
import { isPrincipal, type AllowedSigner } from './allowed-signers.js';
import { readSshSignature, type SshSignature } from './ssh-signature.js';
import { Unreadable } from './wire.js';

/** Who says that they approve what, and what proves it. */
export interface ClaimedApproval {
  readonly by: string;
  /** The line that had to be signed. */
  readonly line: string;
  readonly signature: string;
}

/**
 * Proves that an approval was signed by whom it names, with a key that counts now.
 * @param signers of the release, from `file`
 * @param now milliseconds since 1970
 * @returns the fingerprint of the key
 * @throws EngineError `SIGNATURE_INVALID`, `SIGNER_UNKNOWN`, `SIGNER_EXPIRED`
 */
export function proveApproval(
  { by, line, signature }: ClaimedApproval,
  { signers, file }: { readonly signers: readonly AllowedSigner[]; readonly file: string },
  now: number,
): string {
  const read = signatureOf(signature);
  const { fingerprint } = read.key;
  const ofKey = signers.filter(({ key }) => key.equals(read.blob));
  if (ofKey.length === 0)
    throw refusal('SIGNER_UNKNOWN', `${file} does not list the key ${fingerprint}`, {
      next: 'Sign with a key that is listed, or list it and deploy again: the file is a part of the release.',
    });
  const own = ofKey.filter((signer) => isPrincipal(signer, by));
  if (own.length === 0) {
    const names = ofKey.flatMap(({ principals }) => principals).join(', ');
    throw refusal('SIGNER_UNKNOWN', `the key ${fingerprint} is of ${names} and not of ${by}, by ${file}`, {
      next: 'Say with --by whose key it is, or sign with your own.',
    });
  }
  if (!fits(read, line))
    throw refusal('SIGNATURE_INVALID', 'the signature is over another text than this approval', {
      next: 'It holds for one approval of one deploy of one release. Sign what `pawl approve --print` prints now, a line with its end.',
    });
  const allowed = own.filter(({ namespaces }) => namespaces?.includes(SIGNATURE_NAMESPACE) ?? true);
  if (allowed.length === 0)
    throw refusal('SIGNER_UNKNOWN', `the key ${fingerprint} may not sign for ${SIGNATURE_NAMESPACE}, by ${file}`, {
      next: `Add ${SIGNATURE_NAMESPACE} to its namespaces and deploy again, or sign with another key.`,
    });
  if (allowed.some(({ after, before }) => now >= (after ?? -Infinity) && now < (before ?? Infinity))) return fingerprint;
  const { after, before } = allowed[0]!;
  const when = [
    ...(after === undefined ? [] : [`from ${minute(after)}`]),
    ...(before === undefined ? [] : [`until ${minute(before)}`]),
  ].join(' ');
  throw refusal('SIGNER_EXPIRED', `the key ${fingerprint} of ${by} counts ${when}, by ${file}; it is ${minute(now)}`, {
    next: 'Sign with a key that counts now, or give it a longer time in the file and deploy again.',
  });
}

function signatureOf(text: string): SshSignature {
  try {
    const read = readSshSignature(text);
    if (read.namespace === SIGNATURE_NAMESPACE) return read;
    const name = read.namespace.slice(0, 40).replace(/[^\x20-\x7e]/g, '?');
    throw new Unreadable(
      `it was made for "${name}", not for ${SIGNATURE_NAMESPACE}: ssh-keygen -Y sign -n ${SIGNATURE_NAMESPACE}`,
    );
  } catch (error) {
    throw unusable(error);
  }
}

function fits(signature: SshSignature, line: string): boolean {
  try {
    return signature.fits(signedText(line));
  } catch (error) {
    throw unusable(error);
  }
}

function unusable(error: unknown): unknown {
  if (!(error instanceof Unreadable)) return error;
  return refusal('SIGNATURE_INVALID', `this is no signature that counts: ${error.message}`, {
    next: 'Sign anew: pawl approve --sign <key>.',
  });
}

function refusal(
  code: 'SIGNATURE_INVALID' | 'SIGNER_UNKNOWN' | 'SIGNER_EXPIRED',
  message: string,
  options: { readonly next: string },
): EngineError {
  return new EngineError(code, 'refused', message, options);
}

function minute(time: number): string {
  return `${new Date(time).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
