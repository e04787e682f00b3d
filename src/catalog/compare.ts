import { loadGrammar } from '../engine/files/statements.js';
import { commonRights } from './common-rights.js';
import { keyOf, type Catalog, type CatalogObject, type Json } from './catalog.js';
import type { CatalogKind, DifferenceClass, Finding, Judge } from './kind.js';
import { KINDS } from './kinds.js';
import { pairObjects, type Pair } from './pair.js';

/** One difference between two schemas, in the direction from the first to the second. */
export interface Difference {
  readonly kind: string;
  readonly identity: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Which attribute changed; `name` when the object is the same under another name. */
  readonly attribute?: string;
  /** The value in the first schema; for a whole object, all its attributes. Absent when it was added. */
  readonly a?: Json;
  readonly b?: Json;
  readonly class: DifferenceClass;
  /** What would break or change if the second schema took the place of the first; a sentence without a full stop. */
  readonly effect: string;
}

export interface CompareOptions {
  /** Leave out who owns what, for schemas that were replayed by another role. */
  readonly ignoreOwners?: boolean;
  /** Leave out rights and default privileges. */
  readonly ignorePrivileges?: boolean;
}

const RENAMED =
  'only the name differs: matters to what names it, such as ON CONFLICT ON CONSTRAINT, DROP, or code that reads error messages';

/**
 * Compares two catalogs; empty when the schemas are the same. What goes away with its table is not listed beside it, and what a
 * partition gets from its parent is listed once. An attribute or a right that only one of two PostgreSQL versions has is not compared.
 */
export async function compareCatalogs(from: Catalog, to: Catalog, options: CompareOptions = {}): Promise<Difference[]> {
  await loadGrammar();
  const [a, b] = [commonRights(from, to.server), commonRights(to, from.server)];
  const keysOf = (catalog: Catalog): Set<string> => new Set(catalog.objects.map(keyOf));
  const [keysA, keysB] = [keysOf(a), keysOf(b)];
  const skipped = options.ignorePrivileges ? ['grant', 'default privilege'] : [];
  const differences: Found[] = [];
  for (const kind of KINDS) {
    if (skipped.includes(kind.name)) continue;
    const of = (catalog: Catalog): CatalogObject[] => catalog.objects.filter((object) => object.kind === kind.name);
    for (const pair of pairObjects(kind, of(a), of(b), { from: a, to: b })) {
      const goneWith = pair.from ? pair.from.parent !== undefined && !keysB.has(pair.from.parent) : undefined;
      const cameWith = pair.to ? pair.to.parent !== undefined && !keysA.has(pair.to.parent) : undefined;
      if ((!pair.to && goneWith) || (!pair.from && cameWith)) continue;
      differences.push(...judgePair(kind, pair, { from: a, to: b }));
    }
  }
  return withoutInherited(differences).filter(({ attribute }) => !(options.ignoreOwners && attribute === 'owner'));
}

interface Found extends Difference {
  readonly object: CatalogObject;
}

function judgePair(kind: CatalogKind, { from, to }: Pair, catalogs: Finding['catalogs']): Found[] {
  const object = (from ?? to)!;
  const base = { kind: kind.name, identity: object.identity, object };
  const judged = (judge: Judge, finding: Finding, rest: Pick<Difference, 'change' | 'attribute' | 'a' | 'b'>): Found[] => {
    const judgement = judge(finding);
    return judgement ? [{ ...base, ...rest, ...judgement }] : [];
  };
  const whole = { from, to, before: undefined, after: undefined, catalogs };
  if (!to) return judged(kind.removed, whole, { change: 'removed', a: object.attributes });
  if (!from) return judged(kind.added, whole, { change: 'added', b: object.attributes });
  const renamed: Found[] =
    from.identity === to.identity
      ? []
      : [{ ...base, change: 'changed', attribute: 'name', a: from.identity, b: to.identity, class: 'cosmetic', effect: RENAMED }];
  const changed = Object.entries(kind.attributes).flatMap(([attribute, judge]) => {
    const [before, after] = [from.attributes[attribute], to.attributes[attribute]];
    if (before === undefined || after === undefined || JSON.stringify(before) === JSON.stringify(after)) return [];
    return judged(judge, { from, to, before, after, catalogs }, { change: 'changed', attribute, a: before, b: after });
  });
  return [...renamed, ...changed];
}

/** Drops what is only the consequence of the same difference on the parent table. */
function withoutInherited(found: readonly Found[]): Difference[] {
  const mark = (key: string, { change, attribute, a, b }: Difference): string =>
    JSON.stringify(attribute === undefined ? [key, change] : [key, change, attribute, a, b]);
  const marks = new Set(found.map((difference) => mark(keyOf(difference.object), difference)));
  return found
    .filter(
      (difference) =>
        difference.object.inheritedFrom === undefined || !marks.has(mark(difference.object.inheritedFrom, difference)),
    )
    .map(({ object: _, ...difference }) => difference);
}
