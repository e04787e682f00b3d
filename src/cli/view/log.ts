import type { DeployRecord, LogEntry } from '../../engine/ledger/log.js';
import { durationText } from './duration.js';
import { paint, wrap, type Look } from './look.js';

/** The audit as a story, oldest first; the entries of a deploy stand below its headline. */
export function logView(target: string, deploys: readonly DeployRecord[], entries: readonly LogEntry[], look: Look): string {
  if (entries.length === 0) return `Nothing has been deployed to ${target} yet.`;
  const byId = new Map(deploys.map((deploy) => [deploy.deployId, deploy]));
  const shown = new Set<string>();
  return entries
    .flatMap((entry) => {
      const deploy = entry.deployId === null || shown.has(entry.deployId) ? undefined : byId.get(entry.deployId);
      if (entry.deployId !== null) shown.add(entry.deployId);
      const line = entry.kind === 'deploy.started' ? [] : [entryLine(entry, look)];
      return [...(deploy ? ['', deployLine(deploy, look)] : []), ...line];
    })
    .join('\n')
    .trimStart();
}

function deployLine({ label, release, startedBy, startedAt, finishedAt, outcome, applied }: DeployRecord, look: Look): string {
  const took = finishedAt ? ` in ${durationText(finishedAt.getTime() - startedAt.getTime())}` : '';
  const ending = outcome === null ? 'not ended' : `${outcome}${took}, ${applied} applied`;
  return wrap(
    `${paint(look, 'bold', `${stamp(startedAt)} release ${label}`)} (${release}) by ${startedBy}: ${ending}`,
    look.columns,
    '',
    '  ',
  );
}

interface Detail {
  readonly name?: string;
  readonly milliseconds?: number;
  readonly late?: boolean;
  readonly message?: string;
  readonly blockers?: readonly { readonly pid: number; readonly application: string }[];
}

function entryLine({ at, kind, version, by, reason, detail }: LogEntry, look: Look): string {
  const what = kind
    .replace(/^migration\./, '')
    .replace(/^operator\./, '')
    .replace(/^deploy\./, 'deploy ')
    .replaceAll(/[.-]/g, ' ');
  const { name, milliseconds, late, message, blockers = [] } = detail as Detail;
  const parts = [
    what,
    name ?? version ?? '',
    milliseconds === undefined ? '' : `${kind === 'migration.waited' ? '' : 'in '}${durationText(milliseconds)}`,
    late ? '(late)' : '',
    by === null ? '' : `by ${by}`,
    reason === null ? '' : `(${reason})`,
    blockers.length === 0 ? '' : `for ${blockers.map(({ pid, application }) => `session ${pid} (${application})`).join(', ')}`,
    message === undefined ? '' : `: ${message}`,
  ];
  return wrap(`${stamp(at).slice(11)} ${parts.filter(Boolean).join(' ')}`, look.columns, '  ', '           ');
}

/** UTC, to the second: `2026-11-21 05:00:01`. */
function stamp(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}
