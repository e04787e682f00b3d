import type { MemberSight } from '../../fleet/look.js';
import { counted } from '../../text/counted.js';
import { pad, paint, wrap, type Look } from './look.js';

/** Names that are listed of a group. */
const NAMED = 8;

const COLORS = { current: 'green', behind: 'yellow', refused: 'red', unreachable: 'red' } as const;

/** Members by what their ledgers say: counts by wave, then groups of those that have the same pending migrations. */
export function membersView(fleet: string, sights: readonly MemberSight[], look: Look): string {
  const waves = [...new Set(sights.map(({ wave }) => wave))];
  const columns = Math.max(4, ...waves.map((wave) => wave.length));
  const lines = waves.map((wave) => {
    const members = sights.filter((sight) => sight.wave === wave);
    return `  ${pad(wave, columns)}  ${counted(members.length, 'member')}: ${tally(members)}`;
  });
  return [`${fleet}: ${counted(sights.length, 'member')}, ${tally(sights)}`, ...lines, '', ...groups(sights, look)].join('\n');
}

function tally(sights: readonly MemberSight[]): string {
  const states = ['current', 'behind', 'refused', 'unreachable'] as const;
  const said = states.flatMap((state) => {
    const count = sights.filter((sight) => sight.state === state).length;
    return count > 0 ? [`${count} ${state}`] : [];
  });
  return said.join(', ') || 'none';
}

function groups(sights: readonly MemberSight[], look: Look): string[] {
  return [...grouped(sights).values()].map((members) => {
    const { state, pending, skipped, set, schema, fault } = members[0]!;
    const same = [
      `applied set ${set ?? '?'}`,
      ...(schema === undefined ? [] : [`schema ${schema}`]),
      ...(skipped.length === 0 ? [] : [`without ${skipped.join(', ')}, which ${skipped.length === 1 ? 'was' : 'were'} skipped`]),
    ].join(', ');
    const names = members.slice(0, NAMED).map(({ member }) => member);
    const more = members.length > NAMED ? ` and ${members.length - NAMED} more` : '';
    const what =
      state === 'current'
        ? `up to date (${same})`
        : state === 'behind'
          ? `with ${counted(pending.length, 'migration')} pending, from ${pending[0]!} (${same})`
          : `${state}, ${fault?.message ?? ''}`;
    return paint(
      look,
      COLORS[state],
      wrap(`${counted(members.length, 'member')} ${what}: ${names.join(', ')}${more}`, look.columns, '  ', '    '),
    );
  });
}

/** Members with the same state, applied set and fault stand together, the largest groups first. */
function grouped(sights: readonly MemberSight[]): Map<string, MemberSight[]> {
  const groups = new Map<string, MemberSight[]>();
  for (const sight of sights) {
    const key = [sight.state, sight.set ?? '', sight.schema ?? '', sight.fault?.message ?? ''].join('\n');
    groups.set(key, [...(groups.get(key) ?? []), sight]);
  }
  return new Map([...groups].sort(([, a], [, b]) => b.length - a.length));
}
