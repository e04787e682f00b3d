import type { WaveRest, WaveSettings } from '../contract/fleet.js';

export interface Wave {
  readonly settings: WaveSettings;
  readonly members: readonly string[];
}

/** A wave that has begun and is not over. */
export interface Underway {
  readonly wave: Wave;
  /** Members that have not come to an end. */
  readonly left: readonly string[];
  /** Failures before somebody said that it goes on. */
  readonly forgiven: number;
}

/** What the run that follows has to know of a wave: names of members would not fit into an input. @param list tells one list of members from another */
export function restFor({ wave, left, forgiven }: Underway, list: string): WaveRest {
  return { wave: wave.settings.name, list, left: rangesOf(wave.members, left), forgiven };
}

/** The members of a wave that are to be deployed to, and what was let pass. @param rest what the run before has left, where it left something */
export function restOf({ settings, members }: Wave, list: string, rest?: WaveRest): Omit<Underway, 'wave'> {
  if (rest?.wave !== settings.name) return { left: members, forgiven: 0 };
  const left = rest.list === list ? rest.left.flatMap(([from, to]) => members.slice(from, to)) : members;
  return { left, forgiven: rest.forgiven };
}

/** Where some lie in a list, in its order. */
function rangesOf(list: readonly string[], some: readonly string[]): (readonly [number, number])[] {
  const wanted = new Set(some);
  const ranges: [number, number][] = [];
  for (const [at, name] of list.entries()) {
    if (!wanted.has(name)) continue;
    const last = ranges.at(-1);
    if (last?.[1] === at) last[1] = at + 1;
    else ranges.push([at, at + 1]);
  }
  return ranges;
}
