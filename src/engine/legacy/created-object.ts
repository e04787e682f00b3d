/** Something that a file creates. Schemas are left out: search_path may have decided them. */
export interface CreatedObject {
  readonly kind: 'relation' | 'view' | 'column' | 'constraint' | 'type' | 'function' | 'schema';
  readonly name: string;
  /** The table of a column, constraint or index: it takes them with it. */
  readonly relation?: string;
}
