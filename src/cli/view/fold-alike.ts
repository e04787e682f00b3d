/** How many of one kind are shown in full; a kind of only one more is shown whole. */
const SHOWN = 3;

/** One thing that is shown, and how many of its kind follow that are only counted. */
export interface Folded<T> {
  readonly item: T;
  /** More than 0 behind the last one that is shown of a long kind. */
  readonly more: number;
}

/** Hundreds of alike findings hide the one that differs: the first ones of each kind stay, in the order they came in, the rest is counted. */
export function foldAlike<T>(items: readonly T[], kindOf: (item: T) => string): Folded<T>[] {
  const kinds = new Map<string, T[]>();
  for (const item of items) {
    const kind = kindOf(item);
    const alike = kinds.get(kind);
    if (alike) alike.push(item);
    else kinds.set(kind, [item]);
  }
  const folded: Folded<T>[] = [];
  for (const alike of kinds.values()) {
    const shown = alike.length > SHOWN + 1 ? alike.slice(0, SHOWN) : alike;
    folded.push(...shown.map((item, at) => ({ item, more: at === shown.length - 1 ? alike.length - shown.length : 0 })));
  }
  return folded;
}
