import { isDecision } from '../../engine/ledger/events.js';
import type { DeployRecord, LogEntry } from '../../engine/ledger/log.js';
import { deployStyle } from './deploy-style.js';
import { decisionText, deployTracks, type Track } from './deploy-tracks.js';
import { durationText } from './duration.js';
import { escapeHtml as e } from './escape-html.js';
import { foldWaits } from './fold-waits.js';
import { kindText, migrationName, migrationNames, openText } from './log.js';
import { pageFrame } from './page-frame.js';

/** Migrations drawn one by one; of more, those with something to tell and the longest ones. */
const DRAWN = 60;

/** One deploy as a page that needs nothing else: what was applied when and for how long, who waited for whom, who decided what. */
export function deployReport(target: string, deploy: DeployRecord, entries: readonly LogEntry[]): string {
  const tracks = deployTracks(deploy, entries);
  const { label, release, startedBy, startedAt, finishedAt, outcome, applied } = deploy;
  const took = finishedAt ? `, ${durationText(finishedAt.getTime() - startedAt.getTime())}` : '';
  return pageFrame({
    title: `pawl log: ${target}, ${label}`,
    heading: `Deploy of <b>${e(label)}</b> to <b>${e(target)}</b>`,
    sum: `${outcome ?? openText(deploy, entries)}: ${applied} applied${took}`,
    good: outcome === 'done',
    about: `<p><i>Release <code>${e(release)}</code>, started by ${e(startedBy)} at ${stamp(startedAt)} UTC</i></p>`,
    main: `${chart(tracks)}${decisions(entries)}${story(entries)}`,
    footer: `From the ledger of ${e(target)}. Times in UTC. How long a migration waited for locks is measured to within half a second.`,
    style: deployStyle,
  });
}

function chart(all: readonly Track[]): string {
  const tracks = shown(all);
  const times = all.flatMap(({ bars, marks }) => [...bars.flatMap(({ from, to }) => [from, to]), ...marks.map(({ at }) => at)]);
  const from = Math.min(...times);
  const span = Math.max(1, Math.max(...times) - from);
  const place = (at: number): string => `${(((at - from) / span) * 100).toFixed(3)}%`;
  const width = (a: number, b: number): string => `${(((b - a) / span) * 100).toFixed(3)}%`;
  const step = tickStep(span);
  const ticks = Array.from({ length: Math.floor(span / step) + 1 }, (_, number) => {
    const share = (number * step) / span;
    return `<span${share > 0.9 ? ' class="last"' : ''} style="left:${(share * 100).toFixed(3)}%">+${tickText(number * step)}</span>`;
  });
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
  return `<section><h2>When</h2><p class="legend">${LEGEND.map(([mark, text]) => `<span>${mark}${text}</span>`).join(' ')}</p>
<div class="chart" style="--step:${((step / span) * 100).toFixed(3)}%"><div></div><div class="ticks">${ticks.join('')}</div>${rows.join('\n')}</div>${
    hidden > 0 ? `<p><i>${hidden} shorter migrations are not drawn; they are in the list below.</i></p>` : ''
  }</section>`;
}

const LEGEND = [
  ['<b class="applied"></b>', 'applied'],
  ['<b class="waited"></b>', 'waited for a lock'],
  ['<b class="blocked"></b>', 'blocked, waits for a decision'],
  ['<b class="exec"></b>', 'program'],
  ['<b class="assert"></b>', 'assertions'],
  ['<b class="approve"></b>', 'waited for approval'],
  ['<b class="signal"></b>', 'told dependents'],
  ['<u class="failed"></u>', 'failed'],
  ['<u class="decision"></u>', 'decision'],
] as const;

/** Milliseconds that people count in. */
const STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500].concat(
  [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 21_600, 43_200, 86_400].map((seconds) => seconds * 1_000),
);

/** Between two ticks, of which a phone has room for four. */
function tickStep(span: number): number {
  return STEPS.find((step) => span / step <= 4) ?? Math.ceil(span / 4 / 86_400_000) * 86_400_000;
}

/** A round time as it is said: `0`, `500 ms`, `15 s`, `2m`, `1h`. */
function tickText(milliseconds: number): string {
  if (milliseconds < 1_000) return milliseconds === 0 ? '0' : `${milliseconds} ms`;
  if (milliseconds < 60_000) return `${milliseconds / 1_000} s`;
  return durationText(milliseconds).replace(/ 00[sm]$| 0h$/, '');
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

function story(all: readonly LogEntry[]): string {
  const names = migrationNames(all);
  const entries = foldWaits(all).toSorted((a, b) => Number(isStart(b)) - Number(isStart(a)));
  let day = '';
  const rows = entries.map((entry) => {
    const { at, version, by, reason, detail } = entry;
    const { milliseconds, attempts, message, blockers } = detail as Record<string, unknown> & {
      blockers?: { pid: number; application: string }[];
    };
    const who = (blockers ?? [])
      .map(({ pid, application }) => `session ${pid} (${application || 'no application name'})`)
      .join(', ');
    const times = typeof attempts === 'number' && attempts > 1 ? `${attempts} attempts` : '';
    const told = [message, times, who && `for ${who}`, reason];
    const text = told.filter((part) => typeof part === 'string' && part !== '').join('; ');
    const took = typeof milliseconds === 'number' ? durationText(milliseconds) : '';
    const [date = '', time = ''] = stamp(at).split(' ');
    const when = date === day ? time : `${date} ${time}`;
    day = date;
    const what = kindText(entry);
    const cells = [when, what, names.get(version) ?? migrationName(entry) ?? '', took, by ?? '', text];
    return `<tr class="${e(what.replaceAll(' ', '-'))}">${cells.map((cell) => `<td>${e(cell)}</td>`).join('')}</tr>`;
  });
  const titles = ['at', 'what', 'which', 'took', 'by', ''].map((title) => `<th>${title}</th>`).join('');
  return `<section><h2>What happened</h2><div class="scroll"><table><thead><tr>${titles}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div></section>`;
}

/** The lease is taken a moment before the deploy is written down. */
const isStart = ({ kind }: LogEntry): boolean => kind === 'deploy.started';

function stamp(at: Date): string {
  return at.toISOString().slice(0, 19).replace('T', ' ');
}
