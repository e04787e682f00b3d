import { badOf, endedOf, stateText, type FleetStatus, type WaveStatus } from '../../contract/fleet.js';
import { summaryOf } from '../../contract/fleet-board.js';
import { deployTitle } from '../../contract/names.js';
import { deployStyle } from './deploy-style.js';
import { escapeHtml as e } from './escape-html.js';
import { pageFrame } from './page-frame.js';

/**
 * A rollout as a page that needs nothing else: its waves with bars, the members that failed, the story with its decisions.
 * @param linkOf the page of a member's own deploy, where there is one
 */
export function fleetReport(status: FleetStatus, linkOf: (member: string) => string | undefined): string {
  const { fleet, environment, release, waves, startedBy, startedAt, reason } = status;
  const title = deployTitle({ target: fleet, environment });
  const good = waves.every(({ counts }) => badOf(counts) === 0) && status.state !== 'failed' && status.state !== 'stopped';
  return pageFrame({
    title: `pawl fleet: ${title}, ${release.label}`,
    heading: `Rollout of <b>${e(release.label)}</b> to <b>${e(title)}</b>`,
    sum: `${stateText(status)}: ${summaryOf(waves)}`,
    good,
    about: `${reason === undefined ? '' : `<p class="sum bad">${e(reason)}</p>`}
<p><i>Release <code>${e(release.digest)}</code>, started by ${e(startedBy)} at ${stamp(startedAt)} UTC</i></p>`,
    main: `<section><h2>Waves</h2><div class="chart">${waves.map(waveRow).join('\n')}</div>
<p class="legend"><b class="ok"></b>has the release <b class="bad"></b>failed <b class="aside"></b>skipped or no longer a member</p></section>${failures(status, linkOf)}${story(status)}`,
    footer: 'As the rollout told it to Temporal. Times in UTC.',
    style: `${deployStyle}${BARS}`,
  });
}

const BARS = `.chart .lane{background:none;display:flex;align-items:center;gap:.8rem}.track{position:relative;display:flex;flex:1;height:.95rem;border-radius:3px;overflow:hidden;background:var(--line)}
.track b{position:static;height:100%;min-width:0;border-radius:0}b.ok{background:var(--green)}b.bad{background:var(--red)}b.aside{background:var(--dim)}.lane span.count{font-size:.85rem;color:var(--dim);white-space:nowrap;min-width:14rem}`;

function waveRow({ name, state, total, counts }: WaveStatus): string {
  const bad = badOf(counts);
  const aside = counts.skipped + counts.gone;
  const bars = { ok: endedOf(counts) - bad - aside, bad, aside };
  const track = Object.entries(bars).flatMap(([kind, count]) =>
    count === 0 ? [] : [`<b class="${kind}" style="width:${((count / total) * 100).toFixed(2)}%" title="${count}"></b>`],
  );
  const text = `${state}, ${endedOf(counts)} of ${total}${bad > 0 ? `, ${bad} failed` : ''}`;
  return `<div class="name stage" title="${e(name)}">${e(name)}</div><div class="lane"><div class="track">${track.join('')}</div><span class="count">${e(text)}</span></div>`;
}

function failures({ fleet, faults, moreFaults }: FleetStatus, linkOf: (member: string) => string | undefined): string {
  if (faults.length === 0) return '';
  const rows = faults.map(({ member, wave, outcome, fault }) => {
    const link = outcome === 'blocked' ? linkOf(member) : undefined;
    const name = `<code>${e(`${fleet}/${member}`)}</code>`;
    const target = link === undefined ? name : `<a href="${e(link)}">${name}</a>`;
    return `<tr class="failed"><td>${target}</td><td>${outcome}</td><td>${e(wave)}</td><td><code>${e(fault.code)}</code></td><td>${e(fault.message)}</td></tr>`;
  });
  const titles = ['member', 'is', 'wave', 'code', 'why'].map((title) => `<th>${title}</th>`).join('');
  const more = moreFaults > 0 ? `<p><i>and ${moreFaults} more</i></p>` : '';
  return `<section><h2>Members that failed</h2><div class="scroll"><table><thead><tr>${titles}</tr></thead><tbody>${rows.join('\n')}</tbody></table></div>${more}</section>`;
}

function story({ timeline }: FleetStatus): string {
  if (timeline.length === 0) return '';
  const lines = timeline.map(({ at, text }) => `<li><time>${stamp(at)}</time> ${e(text)}</li>`);
  return `<section><h2>What happened</h2><ul>${lines.join('')}</ul></section>`;
}

const stamp = (at: string): string => at.slice(0, 19).replace('T', ' ');
