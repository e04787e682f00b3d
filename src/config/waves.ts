import type { Member } from './fill.js';
import type { Fleet, Wave } from './schema.js';

/** A wave with the names of its members, in the order in which they are begun. */
export interface PlannedWave {
  readonly wave: Wave;
  readonly members: readonly string[];
}

/** What the members that no wave takes are, after all others. */
export const REST: Wave = { name: 'rest', approve: false };

/**
 * Distributes the members over the waves: each goes with the first wave that matches it and has room; what is left makes a last one.
 * @returns waves that have members, in order
 */
export function planWaves({ waves }: Pick<Fleet, 'waves'>, members: readonly Member[]): PlannedWave[] {
  let left = members;
  const planned = waves.map((wave): PlannedWave => {
    const { limit = Infinity, orderBy } = wave;
    const matching = left.filter((member) => matches(wave, member));
    const taken = new Set((orderBy === undefined ? matching : ordered(matching, orderBy)).slice(0, limit));
    left = left.filter((member) => !taken.has(member));
    return { wave, members: [...taken].map(({ name }) => name) };
  });
  const rest = { wave: REST, members: left.map(({ name }) => name) };
  return [...planned, rest].filter(({ members }) => members.length > 0);
}

function matches({ match = {} }: Wave, { values }: Member): boolean {
  return Object.entries(match).every(([column, wanted]) => [wanted].flat().some((value) => String(value) === values[column]));
}

/** By a column: as numbers where both are, else as text; members without a value come last. */
function ordered(members: readonly Member[], column: string): Member[] {
  const compare = (a = '', b = ''): number => {
    if (a === '' || b === '') return a === b ? 0 : a === '' ? 1 : -1;
    const difference = Number(a) - Number(b);
    return Number.isNaN(difference) ? (a < b ? -1 : a > b ? 1 : 0) : difference;
  };
  return [...members].sort((a, b) => compare(a.values[column], b.values[column]));
}
