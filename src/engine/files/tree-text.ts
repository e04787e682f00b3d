const PLACES = new Set(['location', 'stmt_location', 'stmt_len', 'name_location', 'list_start', 'list_end']);

/** A parse tree as text without its places in the file. */
export function treeText(node: unknown): string {
  return JSON.stringify(node, (key, value: unknown) => (PLACES.has(key) ? undefined : value));
}
