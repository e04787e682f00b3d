/** What signatures of approvals are made for: `ssh-keygen -Y sign -n pawl-approval`. */
export const SIGNATURE_NAMESPACE = 'pawl-approval';

/** Characters of a signature: one of an RSA key of 16,384 bits has about 6,000. */
export const LONGEST_SIGNATURE = 8_000;

/** What proves an approval, for whoever looks at the audit: the line, the signature, and the key by its fingerprint. */
export interface SignedBy {
  readonly line: string;
  readonly signature: string;
  readonly key: string;
}

/** What an approval is about. */
export interface ApprovalSubject {
  readonly target: string;
  readonly environment: string | undefined;
  readonly release: { readonly label: string; readonly digest: string };
  readonly database: string | undefined;
  /** SHA-256 over what was pending when the deploy began. */
  readonly plan: string;
  readonly approval: string;
  /** Id of the deploy: its first run. */
  readonly deploy: string;
}

/**
 * The line that whoever approves signs, so that nothing of it can be given for another target, release, plan, approval or deploy. In ASCII,
 * so that no terminal, shell or file on the way to the key changes it.
 * @example '{"pawl":"approval","target":"orders","release":"v12","digest":"731d23e08037d4af",...}'
 */
export function approvalLine({ target, environment, database, release, plan, approval, deploy }: ApprovalSubject): string {
  const { label, digest } = release;
  const subject = { pawl: 'approval', target, environment, database, release: label, digest, plan, approval, deploy };
  return JSON.stringify(subject).replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A line as it is signed: with its end, as every program writes it. */
export function signedText(line: string): string {
  return `${line}\n`;
}

/** How a line is signed where only OpenSSH is at hand; it prints the signature as it goes into the update. */
export function signingCommand(line: string): string {
  return `printf '%s\\n' '${line.replaceAll("'", "'\\''")}' | ssh-keygen -Y sign -n ${SIGNATURE_NAMESPACE} -f ~/.ssh/id_ed25519 | grep -v -e --- | tr -d '\\n'`;
}
