import { quiet } from '../direct/rehearse.js';
import { deployDirect } from '../direct/deploy.js';
import type { HeldTarget } from '../config/held-target.js';
import { keyOf, type Catalog, type CatalogObject } from '../catalog/catalog.js';
import { readDatabase } from '../catalog/diff.js';
import type { Control } from '../engine/control.js';
import { objectsOf } from './subject.js';

/** Who made an object as it is. */
export interface Blamed {
  readonly kind: string;
  readonly identity: string;
  /** Version of the migration that made it; undefined where it was there before the first one. */
  readonly made: string | undefined;
  /** Version of the one that changed it last; undefined where none has. */
  readonly changed: string | undefined;
}

/**
 * Applies all migrations to a throwaway database, one by one, and looks after each what has become of an object. What was renamed counts
 * as made by the migration that renamed it.
 * @param held with the throwaway database as its address
 * @param name see `objectsOf`
 * @returns the objects that are there in the end; none where the name is not known
 * @throws EngineError for the first migration that fails
 */
export async function blame(held: HeldTarget, name: string, environment: NodeJS.ProcessEnv, control: Control): Promise<Blamed[]> {
  const { url, ledger } = held.target;
  const read = (): Promise<Catalog> => readDatabase(url, { ledgerSchema: ledger });
  const history = new Map<string, History>();
  let last = await read();
  note(history, last, undefined);
  const onApplied = async ({ version }: { readonly version: string }): Promise<void> => {
    last = await read();
    note(history, last, version);
  };
  const story = { label: 'blame', by: 'pawl blame', environment, say: () => undefined, control, onApplied };
  await deployDirect({ held: { ...quiet(held, false), retryFor: 0 }, ...story });
  return objectsOf(last, name).map(({ kind, identity }) => {
    const { made, changed } = history.get(keyOf({ kind, identity }))!;
    return { kind, identity, made, changed };
  });
}

interface History {
  text: string;
  made: string | undefined;
  changed: string | undefined;
}

/** Notes what a migration made and changed. What it removed is forgotten: the next one of the name is another one. */
function note(history: Map<string, History>, { objects }: Catalog, version: string | undefined): void {
  const there = new Set<string>();
  for (const object of objects) {
    const key = keyOf(object);
    const text = textOf(object);
    there.add(key);
    const before = history.get(key);
    if (!before) history.set(key, { text, made: version, changed: undefined });
    else if (before.text !== text) history.set(key, { ...before, text, changed: version });
  }
  for (const key of history.keys()) if (!there.has(key)) history.delete(key);
}

/** A table is not changed by its columns: they have histories of their own. */
function textOf({ attributes: { columnOrder: _, ...attributes } }: CatalogObject): string {
  return JSON.stringify(attributes);
}
