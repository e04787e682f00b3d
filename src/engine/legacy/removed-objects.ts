import type { CreatedObject } from './created-object.js';
import { alterations, lastName, relationName, type Fields } from './parse-tree.js';

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

  note(type: string, fields: Fields): void {
    if (type === 'RenameStmt') {
      for (const name of [fields['subname'], relationName(fields['relation'])])
        if (typeof name === 'string' && name !== '') this.#names.add(name);
    } else if (type === 'AlterTableStmt') {
      for (const { subtype, name = '', behavior } of alterations(fields)) {
        this.#cascade ||= isCascade({ behavior });
        if (subtype !== 'AT_DropColumn' && subtype !== 'AT_DropConstraint') continue;
        this.#names.add(name);
        if (subtype === 'AT_DropColumn') this.#narrowed.add(relationName(fields['relation']));
      }
    } else if (type === 'DropStmt') {
      for (const object of (fields['objects'] ?? []) as Record<string, Fields>[]) this.#names.add(droppedName(object));
      this.#everything ||=
        fields['removeType'] === 'OBJECT_SCHEMA' || (isCascade(fields) && /TYPE|DOMAIN/.test(String(fields['removeType'])));
    }
    this.#cascade ||= isCascade(fields);
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

const isCascade = ({ behavior }: Fields): boolean => behavior === 'DROP_CASCADE';

function droppedName(object: Record<string, Fields>): string {
  const [kind, node] = Object.entries(object)[0] ?? ['', {}];
  if (kind === 'String') return String(node['sval']);
  return lastName(node['items'] ?? node['objname'] ?? node['names']);
}
