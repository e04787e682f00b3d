/** A file that stops in the middle, as it was first written and as somebody corrects it. */
export interface HalfApplied {
  readonly faulty: string;
  readonly corrected: string;
}

/** The ways in which a corrected file may begin with what is committed, and be cut otherwise than before. */
const WAYS: ((effect: string) => HalfApplied)[] = [
  // One transaction before an index that cannot be built: the corrected file has another index there.
  (effect) => ({
    faulty: `${effect}\ncreate unique index concurrently items_half on items (kind);\n${effect}`,
    corrected: `${effect}\ncreate index concurrently items_other_half on items (kind);\n${effect}`,
  }),
  // What followed the index is moved away: the corrected file alone would be one transaction.
  (effect) => ({
    faulty: `${effect}\n${effect}\ncreate unique index concurrently items_half on items (kind);`,
    corrected: `${effect}\n${effect}\n${effect}`,
  }),
  // Statements that commit one by one, then the same text without the directive.
  (effect) => ({
    faulty: `-- pawl:no-transaction\n${effect}\n${effect}\ninsert into nowhere values (1);\n${effect}`,
    corrected: `${effect}\n${effect}\n${effect}`,
  }),
  (effect) => ({
    faulty: `-- pawl:no-transaction\n${effect}\n${effect}\nselect 1 / 0;`,
    corrected: `-- pawl:no-transaction\n${effect}\n${effect}\n${effect}\nselect pg_sleep(0.5);\n${effect}`,
  }),
];

/** One of the ways; `effect` is a statement that leaves a trace each time it runs. */
export function halfApplied(effect: string, random: () => number): HalfApplied {
  return WAYS[Math.floor(random() * WAYS.length)]!(effect);
}
