import { isDecision } from '../../engine/ledger/events.js';
import type { DeployRecord, LogEntry } from '../../engine/ledger/log.js';
import { deployStyle } from './deploy-style.js';
import { decisionText, deployTracks, type Track } from './deploy-tracks.js';
import { durationText } from './duration.js';
import { escapeHtml as e } from './escape-html.js';

/** Migrations drawn one by one; of more, those with something to tell and the longest ones. */
const DRAWN = 60;

/** One deploy as a page that needs nothing else: what was applied when and for how long, who waited for whom, who decided what. */
export function deployReport(target: string, deploy: DeployRecord, entries: readonly LogEntry[]): string {
  const tracks = deployTracks(deploy, entries);
  const { label, release, startedBy, startedAt, finishedAt, outcome, applied } = deploy;
  const took = finishedAt ? durationText(finishedAt.getTime() - startedAt.getTime()) : 'it has not ended';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>pawl log: ${e(target)}, ${e(label)}</title><style>${deployStyle}</style></head>
<body><header><h1>Deploy of <b>${e(label)}</b> to <b>${e(target)}</b></h1>
<p class="sum ${outcome === 'done' ? 'good' : 'bad'}">${e(outcome ?? 'not ended')}: ${applied} applied, ${e(took)}</p>
<p><i>Release <code>${e(release)}</code>, started by ${e(startedBy)} at ${stamp(startedAt)} UTC</i></p></header>
<main>${chart(tracks)}${decisions(entries)}${story(entries)}</main>
<footer>From the ledger of ${e(target)}. Times in UTC. How long a migration waited for locks is measured to within half a second.</footer></body></html>
`;
}

function chart(all: readonly Track[]): string {
  const tracks = shown(all);
  const times = all.flatMap(({ bars, marks }) => [...bars.flatMap(({ from, to }) => [from, to]), ...marks.map(({ at }) => at)]);
  const from = Math.min(...times);
  const span = Math.max(1, Math.max(...times) - from);
  const place = (at: number): string => `${(((at - from) / span) * 100).toFixed(3)}%`;
  const width = (a: number, b: number): string => `${(((b - a) / span) * 100).toFixed(3)}%`;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => `<span style="left:${share * 100}%">+${durationText(span * share)}</span>`,
  );
  const rows = tracks.map(
    ({ name, level, bars, marks }) =>
      `<div class="name ${level}" title="${e(name)}">${e(name)}</div><div class="lane ${level}">${bars
        .map(
          ({ kind, from, to, title }) =>
            `<b class="${kind}" style="left:${place(from)};width:${width(from, to)}" title="${e(title)}"></b>`,
        )
        .join(
          '',
        )}${marks.map(({ kind, at, title }) => `<u class="${kind}" style="left:${place(at)}" title="${e(title)}"></u>`).join('')}</div>`,
  );
  const hidden = all.length - tracks.length;
  return `<section><h2>When</h2><p class="legend"><b class="applied"></b>applied <b class="waited"></b>waited for a lock <b class="blocked"></b>blocked, waits for a decision <b class="exec"></b>program <b class="assert"></b>assertions <b class="approve"></b>waited for approval <b class="signal"></b>told dependents <u class="failed"></u>failed <u class="decision"></u>decision</p>
<div class="chart"><div></div><div class="ticks">${ticks.join('')}</div>${rows.join('\n')}</div>${
    hidden > 0 ? `<p><i>${hidden} shorter migrations are not drawn; they are in the list below.</i></p>` : ''
  }</section>`;
}

function shown(tracks: readonly Track[]): readonly Track[] {
  if (tracks.length <= DRAWN) return tracks;
  const length = ({ bars, marks, level }: Track): number =>
    level !== 'migration' || marks.length > 0 || bars.some(({ kind }) => kind === 'waited')
      ? Infinity
      : Math.max(0, ...bars.map(({ from, to }) => to - from));
  const limit = tracks.map(length).sort((a, b) => b - a)[DRAWN - 1] ?? 0;
  return tracks.filter((track) => length(track) >= limit).slice(0, DRAWN * 3);
}

function decisions(entries: readonly LogEntry[]): string {
  const made = entries.filter(isDecision);
  if (made.length === 0) return '';
  const lines = made.map((entry) => `<li><time>${stamp(entry.at)}</time> ${e(decisionText(entry))}</li>`);
  return `<section><h2>Decisions</h2><ul>${lines.join('')}</ul></section>`;
}

function story(entries: readonly LogEntry[]): string {
  const rows = entries.map(({ at, kind, version, by, reason, detail }) => {
    const { name, milliseconds, message, blockers } = detail as Record<string, unknown> & {
      blockers?: { pid: number; application: string }[];
    };
    const who = (blockers ?? [])
      .map(({ pid, application }) => `session ${pid} (${application || 'no application name'})`)
      .join(', ');
    const text = [message, who && `for ${who}`, reason].filter((part) => typeof part === 'string' && part !== '').join('; ');
    const took = typeof milliseconds === 'number' ? durationText(milliseconds) : '';
    const what = kind.replace(/^migration\.|^operator\./, '').replaceAll('.', ' ');
    const cells = [stamp(at), what, typeof name === 'string' ? name : (version ?? ''), took, by ?? '', text];
    return `<tr class="${e(what.replaceAll(' ', '-'))}">${cells.map((cell) => `<td>${e(cell)}</td>`).join('')}</tr>`;
  });
  const titles = ['at', 'what', 'which', 'took', 'by', ''].map((title) => `<th>${title}</th>`).join('');
  return `<section><h2>What happened</h2><div class="scroll"><table><thead><tr>${titles}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

function stamp(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}
