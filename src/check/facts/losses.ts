import { insertsOf, keyOf, type Surface, type Used } from './surface.js';

/** Something that applications used before the deploy, and that a transaction took from them. */
export interface Loss extends Used {
  /**
   * `renamed`: it is there under another name. `replaced`: the name is there, the rows or values are not. `required`: an INSERT could leave
   * the column out, and cannot any more. `refused`: it could give it a value, and cannot any more. `gone`: nothing is there.
   */
  readonly how: 'gone' | 'renamed' | 'replaced' | 'required' | 'refused';
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
    const inserts = used.use === 'column' ? insertsNow(stood, there ?? same) : undefined;
    if (inserts) losses.push({ ...used, how: inserts });
    if (there) {
      if (HOLDS_VALUES.has(used.use) && !/^[fv]\b/.test(used.detail) && stood.id === used.id && !same)
        losses.push({ ...used, how: 'replaced' });
    } else if (BY_OBJECT.has(used.use)) {
      // A right of an object that is gone as a whole is no loss of its own; that of one with a new name is still there.
      if (!same && stands(used, after, now) && !granted(used, after)) losses.push({ ...used, how: 'gone' });
    } else if (used.use === 'result') {
      if (same && same.detail !== used.detail) losses.push({ ...used, how: 'renamed', now: same.detail });
      else if (!same) {
        const other = resultInPlace(used, first, after);
        if (other && other.detail !== used.detail) losses.push({ ...used, how: 'renamed', now: other.detail });
      }
    } else if (!takesItsCalls(used, after))
      losses.push(same ? { ...used, how: 'renamed', now: same.name } : { ...used, how: 'gone', now: overload(used, after) });
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

/** Whether an INSERT that knew the column as it was still works with it as it is. */
function insertsNow(stood: Used, now: Used | undefined): 'required' | 'refused' | undefined {
  if (!now) return undefined;
  const [before, after] = [insertsOf(stood), insertsOf(now)];
  if (after === 'always' && before !== 'always') return 'refused';
  return after === 'required' && (before === 'default' || before === 'always') ? 'required' : undefined;
}

/** A function of the same name that each call of the one that is gone finds: its first arguments are the same, the others have defaults. */
function takesItsCalls({ use, name, detail }: Used, after: Surface): Used | undefined {
  if (use !== 'function') return undefined;
  const gone = signature(detail);
  for (const other of after.values()) {
    if (other.use !== 'function' || nameOf(other.name) !== nameOf(name)) continue;
    const { types, required } = signature(other.detail);
    if (gone.types.every((type, at) => types[at] === type) && required <= gone.required) return other;
  }
  return undefined;
}

function signature(detail: string): { readonly types: readonly string[]; readonly required: number } {
  const [list = '', defaults = '0'] = detail.split('/');
  const types = list === '' ? [] : list.split(',');
  return { types, required: types.length - Number(defaults) };
}

const nameOf = (routine: string) => routine.slice(0, routine.indexOf('('));

/** What the function that stands in the place of one that is gone returns. */
function resultInPlace(used: Used, first: Surface, after: Surface): Used | undefined {
  const gone = [...first.values()].find(({ use, id }) => use === 'function' && id === used.id);
  const name = (gone && takesItsCalls(gone, after)?.name) ?? used.name;
  return [...after.values()].find((other) => other.use === 'result' && other.name === name);
}

/** A function of the same name with as many arguments: calls may find it. */
function overload({ use, name, detail }: Used, after: Surface): string | undefined {
  if (use !== 'function') return undefined;
  for (const other of after.values())
    if (
      other.use === 'function' &&
      signature(other.detail).types.length === signature(detail).types.length &&
      nameOf(other.name) === nameOf(name)
    )
      return other.name;
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
