import type { Squash } from '../../squash/squash.js';
import { counted } from '../../text/counted.js';
import { pad, paint, type Look } from './look.js';

/** What was squashed, how many objects of each kind there were and are, and what was proved. */
export function squashView(
  { old, rest, files, aside, counts, seed, behaviour, provedOn }: Squash,
  dryRun: boolean,
  look: Look,
): string {
  const row = (what: string, before: string | number, after: string | number): string =>
    `  ${pad(what, 14)}${String(before).padStart(8)}${String(after).padStart(8)}`;
  const changes = [...behaviour].filter(([, outcome]) => outcome.includes('update changes'));
  const refused = [...behaviour].filter(([, outcome]) => !outcome.startsWith('inserted'));
  return [
    `${paint(look, 'bold', `${counted(old.length, 'migration')} are ${counted(files.length, 'file')}`)}, ${rest} after them stay as they are`,
    '',
    paint(look, 'dim', row('', 'before', 'after')),
    ...counts.map(({ what, before, after }) => row(what, before, after)),
    '',
    `Proved on throwaway databases of PostgreSQL ${provedOn.join(' and ')}:`,
    '  the schema is the same, up to there and after the migrations that follow',
    `  the rows of ${seed.length === 0 ? 'no table are seed data' : `${seed.join(', ')} are the same`}`,
    `  ${behaviour.size} tables take a row, or refuse it, as before${refused.length > 0 ? ` (${refused.length} refuse a plain one)` : ''}`,
    ...changes.map(([table, outcome]) => `  ${table}: ${outcome.replace('inserted; ', '')}, as before`),
    '',
    ...(dryRun ? ['No file was changed (--dry-run). It would write:'] : [`The old files are in ${aside}. New are:`]),
    ...files.map(({ path }) => `  ${path}`),
    '',
    'A database that ran the old files takes the new ones over without running them; an empty one runs them.',
  ].join('\n');
}

/** The same for programs. */
export function squashDocument({ old, rest, files, aside, counts, seed, behaviour, provedOn }: Squash, dryRun: boolean): object {
  return {
    changed: !dryRun,
    squashed: old.map(({ version, path }) => ({ version, path })),
    rest,
    files: files.map(({ path }) => path),
    aside,
    counts,
    seed,
    provedOn,
    behaviour: Object.fromEntries(behaviour),
  };
}
