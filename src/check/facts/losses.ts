import { keyOf, type Surface, type Used } from './surface.js';

/** Something that applications used before the deploy, and that a transaction took from them. */
export interface Loss extends Used {
  /** `renamed`: it is there under another name. `replaced`: the name is there, the rows or values are not. `gone`: neither. */
  readonly how: 'gone' | 'renamed' | 'replaced';
  /** Its name now, of what was renamed or came in its place. */
  readonly now?: string | undefined;
}

/**
 * What a transaction took away, judged by what stands at its end: what was dropped and is there again is no loss, but for its rows.
 * @param first before the deploy; what the deploy itself made has no users yet
 * @param before the transaction
 */
export function lossesBetween(first: Surface, before: Surface, after: Surface): Loss[] {
  const now = new Map([...after.values()].map((used) => [`${used.use} ${used.id}`, used]));
  const losses: Loss[] = [];
  for (const [key, used] of first) {
    const stood = before.get(key);
    if (!stood) continue;
    const there = after.get(key);
    const same = now.get(`${stood.use} ${stood.id}`);
    if (there) {
      if (HOLDS_VALUES.has(used.use) && used.detail !== 'f' && used.detail !== 'v' && stood.id === used.id && !same)
        losses.push({ ...used, how: 'replaced' });
    } else if (BY_OBJECT.has(used.use)) {
      // A right of an object that is gone as a whole is no loss of its own; that of one with a new name is still there.
      if (!same && stands(used, after, now) && !granted(used, after)) losses.push({ ...used, how: 'gone' });
    } else if (used.use === 'result') {
      if (same && same.detail !== used.detail) losses.push({ ...used, how: 'renamed', now: same.detail });
      else if (!same) {
        const other = [...after.values()].find(({ use, name }) => use === 'result' && name === used.name);
        if (other) losses.push({ ...used, how: 'renamed', now: other.detail });
      }
    } else losses.push(same ? { ...used, how: 'renamed', now: same.name } : { ...used, how: 'gone', now: overload(used, after) });
  }
  return withoutParts(losses);
}

const HOLDS_VALUES = new Set(['table', 'column']);
const BY_OBJECT = new Set(['right', 'command', 'identity']);

/** Whether the object of a right stands, by its name or as itself. */
function stands(used: Used, after: Surface, now: ReadonlyMap<string, Used>): boolean {
  const oid = used.id.split(/[ .]/)[0]!;
  return OBJECTS.some((use) => now.has(`${use} ${oid}`) || after.has(keyOf({ ...used, use, name: used.of, of: '', detail: '' })));
}

const OBJECTS = ['table', 'view', 'sequence', 'function', 'schema'] as const;

/** A right that PUBLIC has, or that holds for the whole table, is not missed. */
function granted({ use, of, name }: Used, after: Surface): boolean {
  if (use !== 'right') return false;
  const [, privilege = '', column = '', role = ''] = /^(\S+)( \(.*\))? for (.*)$/s.exec(name) ?? [];
  const others = [`${privilege} for everybody`, `${privilege}${column} for everybody`, `${privilege} for ${role}`];
  return others.some((other) => other !== name && after.has(keyOf({ use, of, name: other, id: '', relation: '', detail: '' })));
}

/** A function of the same name with as many arguments: calls may find it. */
function overload({ use, name, detail }: Used, after: Surface): string | undefined {
  if (use !== 'function') return undefined;
  const bare = name.slice(0, name.indexOf('('));
  for (const other of after.values())
    if (other.use === 'function' && other.detail === detail && other.name.startsWith(`${bare}(`)) return other.name;
  return undefined;
}

/** Columns of a table that is gone, labels of a type and all that a schema held need no words of their own. */
function withoutParts(losses: readonly Loss[]): Loss[] {
  const schemas = losses.flatMap(({ use, name }) => (use === 'schema' ? [`${name}.`] : []));
  const owners = new Set(losses.flatMap(({ use, name }) => (use === 'column' || use === 'label' ? [] : [name])));
  return losses.filter(
    ({ name, of }) =>
      !(of !== '' && owners.has(of)) && !schemas.some((schema) => name.startsWith(schema) || of.startsWith(schema)),
  );
}
