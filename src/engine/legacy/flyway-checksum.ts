import { crc32 } from 'node:zlib';
import { canonicalText } from '../files/checksum.js';

/** Flyway's checksum of a script, a signed CRC-32 over its lines without their ends (ChecksumCalculator in flyway-core). */
export function flywayChecksum(text: string): number {
  const lines = canonicalText(text).split(/[\r\n]/);
  if (lines.at(-1) === '') lines.pop();
  return lines.reduce((crc, line) => crc32(line, crc), 0) | 0;
}
