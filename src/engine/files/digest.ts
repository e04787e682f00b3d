import { createHash } from 'node:crypto';

/**
 * What a release is, in 16 hex digits: the same on every machine with the same settings, stages and files.
 * @param plan settings and stages, as JSON
 * @param files relative paths with forward slashes, and checksums
 */
export function releaseDigest(plan: unknown, files: readonly { readonly path: string; readonly checksum: string }[]): string {
  const listed = files.map(({ path, checksum }) => `${path} ${checksum}`).sort();
  return createHash('sha256')
    .update(JSON.stringify([sorted(plan), listed]))
    .digest('hex')
    .slice(0, 16);
}

/** The order of keys in a configuration says nothing. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
