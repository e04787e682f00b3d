/** A value as PostgreSQL's jsonb gives it; whole numbers beyond 2^53 are strings. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** One object of a schema, without OIDs. */
export interface CatalogObject {
  /** Name of its {@link CatalogKind}, such as `table`. */
  readonly kind: string;
  /** Qualified and quoted as SQL needs it, such as `public."Order".status` or `orders_pkey on public."Order"`. */
  readonly identity: string;
  /** {@link keyOf} of the object that it goes away with. */
  readonly parent?: string;
  /** {@link keyOf} of the object, on the parent table of a partition or child, that it is a copy of. */
  readonly inheritedFrom?: string;
  /** What is compared. An attribute that this server's version does not have is absent, never null. */
  readonly attributes: Readonly<Record<string, Json>>;
}

/** The schema of one database: sorted, free of OIDs, the same text for the same schema. Safe to keep as JSON. */
export interface Catalog {
  /** `server_version_num` of the server that it was read from, such as 180004. */
  readonly server: number;
  readonly objects: readonly CatalogObject[];
}

/** An object's key within one catalog. */
export const keyOf = (object: { kind: string; identity: string }): string => `${object.kind} ${object.identity}`;

/** A value as a person reads it: a text without quotation marks, everything else as JSON. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : JSON.stringify(value ?? null));

/** The last name in an identity, as a person says it: `status` of `public.orders.status`, `ck` of `ck on public.orders`. */
export function shortName(identity: string): string {
  const name = /^(?:"(?:[^"]|"")*"|[^" ])+(?= on )/.exec(identity)?.[0] ?? identity;
  return /(?:"(?:[^"]|"")*"|[^".]+)(?:\(.*)?$/.exec(name)?.[0] ?? name;
}
