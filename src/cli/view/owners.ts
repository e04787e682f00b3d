import { counted } from '../../text/counted.js';
import type { Ownership } from '../../owners/ownership.js';
import { paint, type Look } from './look.js';

/** Findings first: what belongs to another, then what several create. */
export function ownershipView({ trespasses, contested, created }: Ownership, look: Look): string {
  const total = created.map(({ owner, objects }) => `${owner} creates ${counted(objects, 'object')}`).join(', ');
  if (trespasses.length + contested.length === 0)
    return `${paint(look, 'green', '✓')} everybody keeps to what is theirs (${total})`;
  return [
    `${counted(trespasses.length, 'definition')} of what belongs to another, ${counted(contested.length, 'object')} that several create (${total})`,
    ...(trespasses.length > 0 ? ['', paint(look, 'bold', 'belongs to another')] : []),
    ...trespasses.map(
      ({ by, owner, object: { path, line, kind, name, creates } }) =>
        `  ${path}:${line} of ${by} ${creates ? 'creates' : 'changes'} ${kind} ${name}, which belongs to ${owner}`,
    ),
    ...(contested.length > 0 ? ['', paint(look, 'bold', 'created by several')] : []),
    ...contested.map(
      ({ kind, name, creators }) =>
        `  ${kind} ${name}: ${creators.map(({ owner, path, line }) => `${owner} (${path}:${line})`).join(', ')}`,
    ),
    '',
    'Make each change where the object is owned. `pawl diff` of both directories shows where the definitions differ.',
  ].join('\n');
}

/** The same for programs. */
export function ownershipDocument({ trespasses, contested, created }: Ownership): object {
  return { trespasses: trespasses.map(({ by, owner, object }) => ({ by, owner, ...object })), contested, created };
}
