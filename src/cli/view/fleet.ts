import {
  badOf,
  endedOf,
  stateText,
  type Counts,
  type FleetStatus,
  type MemberFault,
  type WaveStatus,
} from '../../contract/fleet.js';
import { summaryOf } from '../../contract/fleet-board.js';
import { deployTitle } from '../../contract/names.js';
import { durationText } from './duration.js';
import { pad, paint, wrap, type Look } from './look.js';
import { progressBar } from './progress-bar.js';

const MARKS = { waiting: '○', 'waiting for approval': '?', running: '▶', soaking: '◷', done: '✓', stopped: '✗' } as const;
const BAR = 24;
/** Faults that are shown; the rest is counted. */
const SHOWN = 10;

/** A rollout as a picture: a line with a bar for each wave, the first members that failed, rate and what is left of the time. */
export function fleetView(status: FleetStatus, look: Look, seconds?: number): string {
  const { fleet, environment, release, state, waves, reason } = status;
  const title = `${deployTitle({ target: fleet, environment })}: ${stateText(status)}, release ${release.label} (${release.digest})`;
  const columns = Math.max(4, ...waves.map(({ name }) => name.length));
  return [
    title,
    ...waves.map((wave) => waveLine(wave, columns, look)),
    paceLine(waves, state === 'running' ? seconds : undefined),
    ...(reason === undefined ? [] : [paint(look, 'yellow', wrap(reason, look.columns, '  '))]),
    faultList(status, look),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function waveLine({ name, state, total, counts }: WaveStatus, columns: number, look: Look): string {
  const ended = endedOf(counts);
  const bad = badOf(counts);
  const bar = progressBar(total === 0 ? 1 : ended / total, BAR);
  const line = `  ${MARKS[state]} ${pad(name, columns)}  ${bar}  ${ended} of ${total}${countsText(counts)}`;
  return paint(look, bad > 0 ? 'red' : state === 'done' ? 'green' : 'reset', line);
}

/** What is not simply done. */
function countsText({ already, blocked, failed, unreachable, skipped, gone }: Counts): string {
  const words = { 'up to date before': already, blocked, failed, unreachable, skipped, 'no longer a member': gone };
  const said = Object.entries(words).flatMap(([word, count]) => (count > 0 ? [`${count} ${word}`] : []));
  return said.length > 0 ? `, ${said.join(', ')}` : '';
}

function paceLine(waves: readonly WaveStatus[], seconds: number | undefined): string {
  const ended = waves.reduce((sum, { counts }) => sum + endedOf(counts), 0);
  const left = waves.reduce((sum, { total }) => sum + total, 0) - ended;
  if (seconds === undefined || seconds < 1 || ended === 0) return '';
  const rate = ended / seconds;
  return `  ${rate.toFixed(1)} members per second, ${durationText((left / rate) * 1_000)} left`;
}

/** The first members that are not as they should be. */
export function faultList({ faults, moreFaults, fleet }: FleetStatus, look: Look): string {
  if (faults.length === 0) return '';
  const hidden = faults.length - SHOWN + moreFaults;
  const lines = faults.slice(0, SHOWN).map((fault) => faultText(fleet, fault, look));
  return [...lines, ...(hidden > 0 ? [`  and ${hidden} more`] : [])].join('\n');
}

function faultText(fleet: string, { member, outcome, fault }: MemberFault, look: Look): string {
  return paint(look, 'red', wrap(`${fleet}/${member} ${outcome}: ${fault.message}`, look.columns, '✗ ', '  '));
}

/** How a rollout ended, as one sentence. */
export function fleetSentence({ fleet, state, waves }: FleetStatus, look: Look, took: string): string {
  const summary = summaryOf(waves);
  const bad = waves.some(({ counts }) => badOf(counts) > 0);
  if (state === 'done' && !bad) return paint(look, 'green', `✓ ${fleet}: ${summary} (${took})`);
  return paint(
    look,
    state === 'done' ? 'yellow' : 'red',
    `${state === 'done' ? '!' : '✗'} ${fleet}: ${state}, ${summary} (${took})`,
  );
}
