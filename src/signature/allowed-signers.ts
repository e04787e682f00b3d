import { readPublicKey } from './public-key.js';
import { Unreadable } from './wire.js';

/** A line of a file of allowed signers: whose key it is, and from when till when it counts. */
export interface AllowedSigner {
  /** Patterns of names. */
  readonly principals: readonly string[];
  readonly key: Buffer;
  readonly fingerprint: string;
  /** What its signatures may be made for; anything where nothing is said. */
  readonly namespaces?: readonly string[] | undefined;
  /** Milliseconds since 1970. */
  readonly after?: number | undefined;
  readonly before?: number | undefined;
}

/** A line that cannot be read, from 1; the message ends a sentence. */
export interface SignerFault {
  readonly line: number;
  readonly message: string;
}

/**
 * Reads a file of allowed signers, in the format of ssh-keygen(1). Certificate authorities are refused: a line of theirs would let anybody
 * sign whom they have certified.
 */
export function readAllowedSigners(text: string): { signers: AllowedSigner[]; faults: SignerFault[] } {
  const signers: AllowedSigner[] = [];
  const faults: SignerFault[] = [];
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    try {
      signers.push(signerOf(line));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      faults.push({ line: index + 1, message: error.message });
    }
  }
  return { signers, faults };
}

/** Whether a name is one of a line's. */
export function isPrincipal({ principals }: Pick<AllowedSigner, 'principals'>, name: string): boolean {
  const matches = (pattern: string): boolean => patternOf(pattern).test(name.trim());
  if (principals.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))) return false;
  return principals.some((pattern) => !pattern.startsWith('!') && matches(pattern));
}

const KEY_TYPE = /^(ssh-|sk-|ecdsa-)/;

function signerOf(line: string): AllowedSigner {
  const [names, ...rest] = words(line);
  const options = KEY_TYPE.test(rest[0] ?? '') ? '' : (rest.shift() ?? '');
  const [type, base64] = rest;
  if (names === undefined || type === undefined || base64 === undefined)
    throw new Unreadable('expected names, options if any, kind of key, key');
  if (!KEY_TYPE.test(type)) throw new Unreadable('expected a kind of key, such as ssh-ed25519');
  const key = Buffer.from(base64, 'base64');
  const { fingerprint } = readPublicKey(key);
  return { principals: unquoted(names).split(','), key, fingerprint, ...optionsOf(options) };
}

/** At white space that stands in no quotes. */
function words(line: string): string[] {
  return line.match(/(?:"[^"]*"|[^\s"])+/g) ?? [];
}

function optionsOf(text: string): Pick<AllowedSigner, 'namespaces' | 'after' | 'before'> {
  const options = (text.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((option) => {
    const [, name = '', value = ''] = /^([^=]*)=?(.*)$/.exec(option) ?? [];
    return [name.toLowerCase(), unquoted(value)] as const;
  });
  const known = ['namespaces', 'valid-after', 'valid-before'];
  const unknown = options.find(([name]) => !known.includes(name))?.[0];
  if (unknown === 'cert-authority') throw new Unreadable('certificate authorities are not taken here; list the keys themselves');
  if (unknown !== undefined) throw new Unreadable(`the option "${unknown}" is not known; expected ${known.join(', ')}`);
  const { namespaces, 'valid-after': after, 'valid-before': before } = Object.fromEntries(options);
  return {
    ...(namespaces !== undefined && { namespaces: namespaces.split(',') }),
    ...(after !== undefined && { after: moment(after) }),
    ...(before !== undefined && { before: moment(before) }),
  };
}

/** `YYYYMMDD` or `YYYYMMDDHHMM[SS]`, in UTC with a Z behind it; else in the time zone of this machine, as ssh-keygen reads it. */
function moment(text: string): number {
  const found = /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?(Z?)$/i.exec(text);
  if (!found) throw new Unreadable(`expected a moment such as 20270131Z, found "${text}"`);
  const [year = 0, month = 1, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map((part) => Number(part ?? 0));
  const parts = [year, month - 1, day, hour, minute, second] as const;
  const isUtc = found[7] !== '';
  const date = isUtc ? new Date(Date.UTC(...parts)) : new Date(...parts);
  if ((isUtc ? date.getUTCDate() : date.getDate()) !== day || month > 12)
    throw new Unreadable(`"${text}" is no moment of the calendar`);
  return date.getTime();
}

/** `*` and `?` stand for others, as in ssh_config; capitals make no difference, as in the names of approvals. */
function patternOf(pattern: string): RegExp {
  const parts = pattern.trim().replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${parts.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'isu');
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/s, '$1');
}
