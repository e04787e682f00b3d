import type { Catalog, CatalogObject, Json } from './catalog.js';

/**
 * How grave a difference is. breaking: statements that work on the first schema fail on the second, or it accepts what the
 * first forbids for good. behavioural: the same statements do something else, or at another speed.
 * cosmetic: names, order and comments.
 */
export type DifferenceClass = 'breaking' | 'behavioural' | 'cosmetic';

export interface Judgement {
  readonly class: DifferenceClass;
  /** One sentence without a full stop: what would break or change if the second schema took the place of the first. */
  readonly effect: string;
}

/** One unequal thing, for a {@link Judge}. `from` or `to` is undefined where an object was added or removed. */
export interface Finding {
  readonly from: CatalogObject | undefined;
  readonly to: CatalogObject | undefined;
  /** The attribute's values; undefined where the whole object was added or removed. */
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  readonly catalogs: { readonly from: Catalog; readonly to: Catalog };
}

/** Weighs a finding; undefined when the two are the same after all, only written differently. */
export type Judge = (finding: Finding) => Judgement | undefined;

/** One kind of object: how it is read, and what each difference means. */
export interface CatalogKind {
  readonly name: string;
  /**
   * A query over the catalog and the relations of scope.ts. Its columns: `identity`; `address` (see sql.ts) when other kinds
   * hang on it; `parent` and `"inheritedFrom"`, both addresses; every other column is an attribute.
   * @param server `server_version_num`
   */
  sql(server: number): string;
  /** Its identity is that of its parent, followed by its own: a comment, a grant. */
  readonly attached?: true;
  /** Read only when asked for. */
  readonly optional?: true;
  /** Attributes that make two objects of one parent the same one, whatever they are called. */
  readonly essence?: readonly string[];
  readonly added: Judge;
  readonly removed: Judge;
  readonly attributes: Readonly<Record<string, Judge>>;
}
