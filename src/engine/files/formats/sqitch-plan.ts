import { fileFault } from '../file-fault.js';
import { linesOf } from '../section.js';

export interface SqitchChange {
  readonly name: string;
  /** The name; `name#2` where the change was reworked once before. */
  readonly identity: string;
  /** Where it is reworked later: the tags between, the latest first, one of which its old scripts are named after. */
  readonly tags: readonly string[];
  readonly line: number;
}

/** `change [dependencies] 2024-01-31T12:00:00Z Planner <mail> # note`, or `@tag` in place of the change. */
const ENTRY = /^\s*(@|[+-]\s*)?([^\s@#\\:[\]][^\s@#\\]*)\s/;

/**
 * Reads the changes of a `sqitch.plan` in its order, which Sqitch makes sure fits their dependencies. Facts: App::Sqitch::Plan.
 * @throws EngineError `FILES_FORMAT`
 */
export function readSqitchPlan(text: string, path: string): SqitchChange[] {
  const changes: { name: string; identity: string; tags: string[]; line: number }[] = [];
  const tagsSince = new Map<string, string[]>();
  for (const line of linesOf(text)) {
    if (/^\s*([#%]|$)/.test(line.text)) continue;
    const [, sign = '', name] = ENTRY.exec(line.text) ?? [];
    if (name === undefined || sign.startsWith('-')) {
      throw fileFault(
        'FILES_FORMAT',
        [path, line.number],
        'not an entry of a plan',
        'Correct the line: `sqitch plan` shows what Sqitch makes of it.',
      );
    }
    if (sign === '@') {
      for (const tags of tagsSince.values()) tags.unshift(name);
      continue;
    }
    const earlier = changes.filter((change) => change.name === name);
    const before = earlier.at(-1);
    if (before) before.tags = tagsSince.get(name) ?? [];
    tagsSince.set(name, []);
    changes.push({ name, identity: before ? `${name}#${earlier.length + 1}` : name, tags: [], line: line.number });
  }
  return changes;
}
