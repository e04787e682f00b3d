import { badOf, endedOf, stateText, type FleetStatus } from '../contract/fleet.js';
import { summaryOf } from '../contract/fleet-board.js';
import { fleetChoicesOf } from '../contract/fleet-choices.js';
import { deployTitle, deployWorkflowId } from '../contract/names.js';
import { codeSpan as code, plainMarkdown } from '../text/markdown.js';
import { fit, list, literal, time } from './markdown.js';

const MARKS = { waiting: '○', 'waiting for approval': '?', running: '▶', soaking: '◷', done: '✔', stopped: '✖' } as const;
/** Faults that are listed, smaller where they do not fit; twice as many lines of the story. */
const SIZES = [20, 10, 5, 2] as const;
const BAR = 20;

/** A rollout as a Markdown page for the Web UI: what can be decided, waves with bars, the first members that failed, the story. */
export function fleetDetails(status: FleetStatus): string {
  return fit(
    SIZES.map((size) => () => page(status, size)),
    `The rest: ${code(`pawl fleet status ${status.fleet}`)}`,
  );
}

function page(status: FleetStatus, size: number): string {
  const { fleet, environment, release, startedBy, waves, reason, timeline } = status;
  const items = waves.map(({ name, state: at, total, counts }) => {
    const ended = endedOf(counts);
    const bad = badOf(counts);
    const count = `${ended} of ${total}${bad > 0 ? `, **${bad} failed**` : ''}`;
    return `${MARKS[at]} ${bar(total === 0 ? 1 : ended / total)} ${code(name)}, ${at}: ${count}`;
  });
  return [
    `# ${deployTitle({ target: fleet, environment })}: ${stateText(status)}`,
    `Release **${plainMarkdown(release.label)}** (${code(release.digest)}), started by ${plainMarkdown(startedBy)}: ${summaryOf(waves)}.`,
    reason === undefined ? '' : `**${plainMarkdown(reason)}.**`,
    choices(status),
    `## Waves, in order\n\n${list(items)}`,
    faults(status, size),
    timeline.length === 0
      ? ''
      : `## Story, in UTC\n\n${literal(timeline.slice(-size * 2).map(({ at, text }) => `${time(at)} ${text}`))}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const bar = (fraction: number): string => '█'.repeat(Math.floor(fraction * BAR)) + '░'.repeat(BAR - Math.floor(fraction * BAR));

function choices(status: FleetStatus): string {
  const commands = fleetChoicesOf(status).map(({ command }) => command);
  return commands.length === 0 ? '' : `## What can be done\n\n${literal(commands)}`;
}

function faults({ fleet, environment, faults: all, moreFaults }: FleetStatus, size: number): string {
  if (all.length === 0) return '';
  const items = all.slice(0, size).map(({ member, outcome, fault }) => {
    const target = `${fleet}/${member}`;
    const place = fault.file === undefined ? '' : ` at ${code(`${fault.file}:${fault.line ?? 1}`)}`;
    const where = outcome === 'blocked' ? `; its own deploy is ${code(deployWorkflowId({ target, environment }))}` : '';
    return `${code(target)}, ${outcome}: ${code(fault.code)}${place}${where}`;
  });
  const hidden = all.length - items.length + moreFaults;
  return `## Members that failed\n\n${list(items)}${hidden > 0 ? `\n\nand ${hidden} more` : ''}`;
}
