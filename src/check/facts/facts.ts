import { qualified } from '../../engine/postgres/quote.js';
/** What the catalog of the scratch database knew just before a statement; keys are names as {@link factKey} writes them. */
export interface Facts {
  readonly relations: ReadonlyMap<string, RelationFacts>;
  readonly functions: ReadonlyMap<string, FunctionFacts>;
  readonly types: ReadonlyMap<string, TypeFacts>;
}

export interface RelationFacts {
  readonly oid: string;
  /** Schema and name, quoted where SQL needs it. For an index: those of its table. */
  readonly name: string;
  /** pg_class.relkind of the table: r, p, m, v, S, f. */
  readonly kind: string;
  /** The index that was named, where one was. */
  readonly index: string | null;
  /** Whether it was there before the deploy; a relation that this deploy made has no users yet. */
  readonly existing: boolean;
  /** Partition or child of another table. */
  readonly child: boolean;
  /** A partitioned table that has a default partition. */
  readonly hasDefaultPartition: boolean;
  /** The extension that owns it. */
  readonly extension: string | null;
  readonly columns: readonly ColumnFacts[];
  readonly constraints: readonly ConstraintFacts[];
  readonly indexes: readonly IndexFacts[];
}

export interface ColumnFacts {
  readonly name: string;
  /** Oid of its type, which may be a domain. */
  readonly declared: string;
  /** Oid of the type below the domain. */
  readonly type: string;
  /** As SQL writes it: `character varying(20)`. */
  readonly typeName: string;
  /** Length or precision as in pg_attribute.atttypmod; -1 is none, as it is for a domain. */
  readonly modifier: number;
  readonly notNull: boolean;
}

export interface ConstraintFacts {
  readonly name: string;
  /** p u c f x n t, as in pg_constraint.contype. */
  readonly type: string;
  readonly validated: boolean;
  readonly columns: readonly string[];
  readonly definition: string;
}

export interface IndexFacts {
  readonly name: string;
  readonly unique: boolean;
  readonly valid: boolean;
  readonly method: string;
  /** Key columns in order; null for an expression. */
  readonly columns: readonly (string | null)[];
  readonly partial: boolean;
  /** The definition without the index's own name. */
  readonly definition: string;
}

export interface FunctionFacts {
  /** The most volatile of the functions with this name. */
  readonly volatility: 'i' | 's' | 'v';
  /** The body of the procedures with this name, where it is readable. */
  readonly source: string;
  /** Whether one of them was there before the deploy. */
  readonly existing: boolean;
}

export interface TypeFacts {
  readonly oid: string;
  /** pg_type.typtype: b base, d domain, e enum, ... */
  readonly kind: string;
  /** Oid of the type below a domain; otherwise its own. */
  readonly baseType: string;
  /** Length or precision that a domain gives; -1 is none. */
  readonly modifier: number;
  /** Oid of the type of its arrays. */
  readonly array: string;
  /** A domain with CHECK or NOT NULL. */
  readonly constrained: boolean;
  /** Oids of types whose values its base type takes over without a conversion (binary coercible). */
  readonly sameBytesAs: readonly string[];
  /** Tables of before the deploy with a column of this type. */
  readonly usedBy: readonly string[];
  /** Whether it was there before the deploy. */
  readonly existing: boolean;
}

/** A name of one or more parts as a key of {@link Facts}. */
export const factKey = (parts: readonly string[]): string => qualified(...parts);
