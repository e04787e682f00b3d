import { createHash } from 'node:crypto';

/** Name stored beside each checksum, so that a later algorithm can live next to this one. */
export const CHECKSUM_ALGORITHM = 'sha256-lf';

/** The text as it is compared: without BOM, with LF line ends. Editors and git change both without meaning to. */
export function canonicalText(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r\n/g, '\n');
}

/** SHA-256, hex, over {@link canonicalText}. */
export function checksum(text: string): string {
  return createHash('sha256').update(canonicalText(text), 'utf8').digest('hex');
}
