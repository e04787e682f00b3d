import { TemporalError } from './temporal-error.js';

/** The variable with the keys: `<id>:<32 bytes in Base64>`, several with commas. */
export const KEYS_VARIABLE = 'PAWL_CODEC_KEYS';

/** Keys that payloads are encrypted with. */
export interface CodecKeys {
  /** Encrypts; undefined where nothing is encrypted. */
  readonly current: string | undefined;
  /** Each decrypts, by its id; 32 bytes. */
  readonly byId: ReadonlyMap<string, Buffer>;
}

/** Bytes of an AES-256 key. */
export const KEY_BYTES = 32;

/**
 * Reads the keys of this process: the first one encrypts, all decrypt.
 * @throws TemporalError `CODEC_KEYS`
 * @example codecKeys({ PAWL_CODEC_KEYS: 'june:q83v...=,may:Zm9v...=' }).current // 'june'
 */
export function codecKeys(environment: Readonly<Record<string, string | undefined>>): CodecKeys {
  const entries = (environment[KEYS_VARIABLE] ?? '').split(',').filter((entry) => entry.trim() !== '');
  const byId = new Map(
    entries.map((entry, index) => {
      const [, id, text] = /^\s*([\w.-]{1,100}):([A-Za-z0-9+/_-]+={0,2})\s*$/.exec(entry) ?? [];
      const key = Buffer.from(text ?? '', 'base64');
      if (id === undefined || key.length !== KEY_BYTES) throw malformed(index + 1);
      return [id, key];
    }),
  );
  if (byId.size < entries.length) throw new TemporalError('CODEC_KEYS', `${KEYS_VARIABLE} has two keys with the same id`, NEXT);
  return { current: byId.keys().next().value, byId };
}

const NEXT = 'Write <id>:<key> for each key, with commas; pawl codec key makes one.';

function malformed(position: number): TemporalError {
  return new TemporalError(
    'CODEC_KEYS',
    `entry ${position} of ${KEYS_VARIABLE} is no id with ${KEY_BYTES} bytes in Base64`,
    NEXT,
  );
}
