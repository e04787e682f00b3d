import type { DifferenceClass } from '../../../src/catalog/kind.js';

/** The gravest class in one direction, and a statement that works before and fails after, where one was found. */
export type Direction = readonly [DifferenceClass, string | undefined];

/** One change that was made, as it was seen. */
export interface ShownClass {
  readonly kind: string;
  /** `added` stands for the object itself. */
  readonly attribute: string;
  readonly there: Direction;
  readonly back: Direction;
}

/** The page with the class of each change in both directions. */
export function classTable(all: readonly ShownClass[]): string {
  // To remove an object is the other direction of adding it.
  const shown = all.filter(({ attribute }) => attribute !== 'removed');
  const directions = shown.flatMap(({ there, back }) => [there, back]);
  const breaking = directions.filter(([found]) => found === 'breaking');
  const proved = breaking.filter(([, statement]) => statement !== undefined).length;
  const rows = [...shown]
    .sort((a, b) => (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0))
    .map(({ kind, attribute, there, back }) => `| ${[kind, attribute, there[0], back[0], proof(there, back)].join(' | ')} |`);
  return `# What a difference breaks

Written by a test from what \`pawl diff\` said and what a real PostgreSQL did ([what is compared](diff-coverage.md)). Each change is made there and looked
at in both directions: from the schema without it to the one with it, and back. On both sides run the statements of an application
(\`test/postgres/catalog/uses.ts\`). Where one works on the first side and fails on the second, the class must be breaking, or the build fails; the
statement stands in the last column, with → or ← for the direction. Of ${breaking.length} breaking directions ${proved} are shown so; the others rest on
what the kind knows: that something is accepted for good which was forbidden, or is read in another way.

| kind | attribute | → | ← | shown by |
|---|---|---|---|---|
${rows.join('\n')}
`;
}

function proof([, there]: Direction, [, back]: Direction): string {
  const code = (arrow: string, statement: string | undefined) =>
    statement === undefined ? [] : [`${arrow} \`${statement.replaceAll('|', '\\|')}\``];
  return [...code('→', there), ...code('←', back)].join(', ') || '–';
}
