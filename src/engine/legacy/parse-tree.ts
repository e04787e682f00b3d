/** A statement's node, as the grammar gives it. */
export type Fields = Record<string, unknown>;

export const relationName = (node: unknown): string => (node as { relname?: string } | undefined)?.relname ?? '';

/** The last part of a qualified name. */
export function lastName(list: unknown): string {
  const parts = (list ?? []) as { String?: { sval?: string } }[];
  return parts.at(-1)?.String?.sval ?? '';
}

/** The commands of an ALTER TABLE. */
export function alterations(fields: Fields): Alteration[] {
  return ((fields['cmds'] ?? []) as { AlterTableCmd?: Alteration }[]).map(({ AlterTableCmd }) => AlterTableCmd ?? {});
}

interface Alteration {
  readonly subtype?: string;
  readonly name?: string;
  readonly behavior?: string;
  readonly def?: unknown;
}
