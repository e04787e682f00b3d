import { cascades, objectsNamedBy } from '../files/named-objects.js';
import type { Statement } from '../files/statements.js';
import type { CreatedObject } from './created-object.js';

/**
 * What statements take away: names that they drop or rename, and what goes with it unnamed. A name counts in every schema and for every
 * kind: that too little is believed to be left is harmless, that too much is would accuse a tool of what it did not do.
 */
export class Removed {
  readonly #names = new Set<string>();
  /** Tables that lost a column: constraints and indexes over it went too. */
  readonly #narrowed = new Set<string>();
  /** With CASCADE, constraints and views of other tables went too; with a schema, or a type and CASCADE, anything. */
  #cascade = false;
  #everything = false;

  note(statement: Statement): void {
    const cascade = cascades(statement);
    this.#cascade ||= cascade;
    for (const { kind, parts, act, table } of objectsNamedBy(statement)) {
      if (act !== 'drops' && act !== 'renames') continue;
      this.#names.add(parts.at(-1)!);
      if (act === 'drops' && kind === 'column') this.#narrowed.add(table?.at(-1) ?? '');
      if (act === 'drops') this.#everything ||= kind === 'schema' || (cascade && (kind === 'type' || kind === 'domain'));
    }
  }

  add(other: Removed): void {
    for (const name of other.#names) this.#names.add(name);
    for (const name of other.#narrowed) this.#narrowed.add(name);
    this.#cascade ||= other.#cascade;
    this.#everything ||= other.#everything;
  }

  mayHave({ kind, name, relation }: CreatedObject): boolean {
    if (this.#everything || this.#names.has(name) || this.#names.has(relation ?? '')) return true;
    if (kind === 'constraint') return this.#cascade || this.#narrowed.has(relation ?? '');
    return kind === 'view' ? this.#cascade : kind === 'relation' && this.#narrowed.has(relation ?? '');
  }
}
