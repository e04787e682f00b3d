import type { Migration } from '../engine/files/migration.js';
import { loadGrammar } from '../engine/files/statements.js';
import { definedObjects, type DefinedObject } from './defined-objects.js';
import { ownerOf, type OwnerMap } from './owner-of.js';

/** A service that owns migrations. */
export interface Service {
  readonly owner: string;
  readonly migrations: readonly Migration[];
}

/** A migration of one owner that defines what belongs to another. */
export interface Trespass {
  readonly by: string;
  readonly owner: string;
  readonly object: DefinedObject;
}

/** An object that several owners create. */
export interface Contested {
  readonly kind: string;
  readonly name: string;
  /** By owner, the first place where it is created. */
  readonly creators: readonly { readonly owner: string; readonly path: string; readonly line: number }[];
}

export interface Ownership {
  readonly trespasses: readonly Trespass[];
  readonly contested: readonly Contested[];
  /** How many objects each owner creates. */
  readonly created: readonly { readonly owner: string; readonly objects: number }[];
}

/** Holds what services create and change against who is said to own it. */
export async function judgeOwnership(services: readonly Service[], owners: OwnerMap): Promise<Ownership> {
  await loadGrammar();
  const defined = services.map(({ owner, migrations }) => ({ owner, objects: migrations.flatMap(definedObjects) }));
  const trespasses = defined.flatMap(({ owner: by, objects }) =>
    objects.flatMap((object) => {
      const owner = ownerOf(relationOf(object), owners);
      return owner === undefined || owner === by ? [] : [{ by, owner, object }];
    }),
  );
  const created = new Map<string, Map<string, DefinedObject>>();
  for (const { owner, objects } of defined) {
    for (const object of objects.filter(({ creates }) => creates)) {
      const key = `${object.kind} ${object.name}`;
      const creators = created.get(key) ?? new Map<string, DefinedObject>();
      if (!creators.has(owner)) creators.set(owner, object);
      created.set(key, creators);
    }
  }
  const contested = [...created.values()]
    .filter((creators) => creators.size > 1)
    .map((creators) => {
      const [{ kind, name }] = [...creators.values()] as [DefinedObject];
      return { kind, name, creators: [...creators].map(([owner, { path, line }]) => ({ owner, path, line })) };
    });
  return {
    trespasses,
    contested,
    created: defined.map(({ owner }) => ({
      owner,
      objects: [...created.values()].filter((creators) => creators.has(owner)).length,
    })),
  };
}

/** A column is its table's. */
const relationOf = ({ kind, name }: DefinedObject): string => (kind === 'column' ? name.split('.').slice(0, -1).join('.') : name);
