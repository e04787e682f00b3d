import type { DataConverter } from '@temporalio/common';
import { fileURLToPath } from 'node:url';
import { AesCodec } from './aes-codec.js';
import { codecKeys } from './codec-keys.js';

/** How a process reads and writes payloads. */
export interface PayloadSettings {
  readonly dataConverter: DataConverter;
  /** Failures raised by workflows have to be encoded by the bundle. */
  readonly encrypts: boolean;
}

/**
 * Reads from the environment whether payloads are encrypted. Without keys, encrypted ones are answered with what is missing.
 * @throws TemporalError `CODEC_KEYS`
 */
export function payloadSettings(environment: Readonly<Record<string, string | undefined>>): PayloadSettings {
  const keys = codecKeys(environment);
  const payloadCodecs = [new AesCodec(keys)];
  if (keys.current === undefined) return { dataConverter: { payloadCodecs }, encrypts: false };
  const failureConverterPath = fileURLToPath(new URL('../temporal/encoded-failures.cjs', import.meta.url));
  return { dataConverter: { payloadCodecs, failureConverterPath }, encrypts: true };
}
