import type { DeployRecord, LogEntry } from '../../engine/ledger/log.js';
import { durationText } from './duration.js';
import { foldWaits } from './fold-waits.js';
import { paint, wrap, type Look } from './look.js';
import { momentText } from './since.js';

/** The audit as a story, oldest first; the entries of a deploy stand below its headline. */
export function logView(target: string, deploys: readonly DeployRecord[], entries: readonly LogEntry[], look: Look): string {
  if (entries.length === 0) return `Nothing has been deployed to ${target} yet.`;
  const byId = new Map(deploys.map((deploy) => [deploy.deployId, deploy]));
  const shown = new Set<string>();
  return foldWaits(entries)
    .flatMap((entry) => {
      const deploy = entry.deployId === null || shown.has(entry.deployId) ? undefined : byId.get(entry.deployId);
      if (entry.deployId !== null) shown.add(entry.deployId);
      const line = entry.kind === 'deploy.started' ? [] : [entryLine(entry, look)];
      return [...(deploy ? ['', deployLine(deploy, entries, look)] : []), ...line];
    })
    .join('\n')
    .trimStart();
}

function deployLine(deploy: DeployRecord, entries: readonly LogEntry[], look: Look): string {
  const { label, release, startedBy, startedAt, finishedAt, outcome, applied } = deploy;
  const took = finishedAt ? ` in ${durationText(finishedAt.getTime() - startedAt.getTime())}` : '';
  const ending = outcome === null ? openText(deploy, entries) : `${outcome}${took}, ${applied} applied`;
  return wrap(
    `${paint(look, 'bold', `${stamp(startedAt)} UTC release ${label}`)} (${release}) by ${startedBy}: ${ending}`,
    look.columns,
    '',
    '  ',
  );
}

/** What the audit knows of a deploy that has not ended: it is blocked when nothing has followed a failure that is not tried again. */
export function openText({ deployId }: DeployRecord, entries: readonly LogEntry[]): string {
  const last = entries.filter((entry) => entry.deployId === deployId && !entry.kind.startsWith('backfill.')).at(-1);
  const blocked = last?.kind === 'migration.failed' && last.detail['verdict'] !== 'retry';
  return blocked ? `blocked since ${momentText(last.at.toISOString())}` : 'not ended';
}

/** What one entry is about, in words: `waited`, `retry`, `deploy done`. */
export function kindText({ kind, detail }: LogEntry): string {
  const text = kind
    .replace(/^migration\./, '')
    .replace(/^operator\./, '')
    .replace(/^deploy\./, 'deploy ')
    .replaceAll(/[.-]/g, ' ');
  return kind === 'migration.failed' && detail['verdict'] === 'retry' ? 'tried again' : text;
}

/** What a person calls the migration that an entry is about; of one that never ran through, the audit has the place that failed. */
export function migrationName({ version, detail }: Pick<LogEntry, 'version' | 'detail'>): string | undefined {
  const { name, place } = detail as Detail;
  return name ?? place?.file?.split('/').at(-1) ?? version ?? undefined;
}

/** By version; an entry that says no name itself is called as another one of its version. */
export function migrationNames(entries: readonly LogEntry[]): ReadonlyMap<string | null, string> {
  const named = entries.flatMap((entry) => {
    const name = entry.version === null ? undefined : migrationName(entry);
    return name === undefined || name === entry.version ? [] : [[entry.version, name] as const];
  });
  return new Map(named);
}

interface Detail {
  readonly name?: string;
  readonly place?: { readonly file?: string };
  readonly milliseconds?: number;
  readonly attempts?: number;
  readonly late?: boolean;
  readonly message?: string;
  readonly blockers?: readonly { readonly pid: number; readonly application: string }[];
}

function entryLine(entry: LogEntry, look: Look): string {
  const { at, kind, by, reason, detail } = entry;
  const { milliseconds, attempts = 1, late, message, blockers = [] } = detail as Detail;
  const parts = [
    kindText(entry),
    migrationName(entry) ?? '',
    milliseconds === undefined
      ? ''
      : `${kind === 'migration.waited' ? '' : 'in '}${durationText(milliseconds)}${attempts > 1 ? `, ${attempts} attempts,` : ''}`,
    late ? '(out of order)' : '',
    by === null ? '' : `by ${by}`,
    reason === null ? '' : `(${reason})`,
    blockers.length === 0
      ? ''
      : `for ${blockers.map(({ pid, application }) => `session ${pid} (${application || 'no application name'})`).join(', ')}`,
  ];
  const text = `${parts.filter(Boolean).join(' ')}${message === undefined ? '' : `: ${message}`}`;
  return wrap(`${stamp(at).slice(11)} ${text}`, look.columns, '  ', '           ');
}

/** UTC, to the second: `2026-11-21 05:00:01`. */
function stamp(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}
