import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import proto from '@temporalio/proto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { TemporalError } from './temporal-error.js';
import { KEYS_VARIABLE, type CodecKeys } from './codec-keys.js';

/** Of AES-GCM, in bytes. */
const NONCE = 12;
const TAG = 16;

/** How Temporal's own samples mark such payloads: their codecs in other languages read ours. */
const ENCODING = 'binary/encrypted';
const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const read = (value: Uint8Array | null | undefined): string => new TextDecoder().decode(value ?? undefined);

/**
 * Encrypts each payload whole with AES-256-GCM under the current key, and decrypts those of any known key. Without keys nothing is encrypted,
 * and what is not encrypted is let through, so that it can be turned on while deploys are open.
 */
export class AesCodec implements PayloadCodec {
  readonly #keys: CodecKeys;

  constructor(keys: CodecKeys) {
    this.#keys = keys;
  }

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads.map((payload) => this.#encrypt(payload)));
  }

  /** @throws TemporalError `CODEC_KEYS` for a payload of a key that is not here, or that was changed */
  decode(payloads: Payload[]): Promise<Payload[]> {
    return new Promise((resolve) => resolve(payloads.map((payload) => this.#decrypt(payload))));
  }

  #encrypt(payload: Payload): Payload {
    const { current, byId } = this.#keys;
    if (current === undefined) return payload;
    const nonce = randomBytes(NONCE);
    const cipher = createCipheriv('aes-256-gcm', byId.get(current)!, nonce);
    const plain = proto.temporal.api.common.v1.Payload.encode(payload).finish();
    const data = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { encoding: text(ENCODING), 'encryption-key-id': text(current) }, data };
  }

  #decrypt(payload: Payload): Payload {
    if (read(payload.metadata?.['encoding']) !== ENCODING) return payload;
    const id = read(payload.metadata?.['encryption-key-id']);
    const key = this.#keys.byId.get(id);
    if (!key) throw unknownKey(id, [...this.#keys.byId.keys()]);
    const data = payload.data ?? new Uint8Array();
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, data.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAuthTag(data.subarray(-TAG));
      const plain = Buffer.concat([decipher.update(data.subarray(NONCE, -TAG)), decipher.final()]);
      return proto.temporal.api.common.v1.Payload.decode(plain);
    } catch {
      throw new TemporalError(
        'CODEC_KEYS',
        `a payload cannot be decrypted with the key "${id}": it was encrypted with another key of this id, or changed`,
        `Give the right key as ${id} in ${KEYS_VARIABLE}.`,
      );
    }
  }
}

function unknownKey(id: string, known: readonly string[]): TemporalError {
  return new TemporalError(
    'CODEC_KEYS',
    `a payload is encrypted with the key "${id}", and ${known.length === 0 ? `${KEYS_VARIABLE} is not set` : `${KEYS_VARIABLE} has ${known.join(', ')}`}`,
    `Add the key ${id} to ${KEYS_VARIABLE}, as the worker and the client have it that encrypted it.`,
  );
}
