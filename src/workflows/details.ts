import { boundedLine } from '../contract/bounded.js';
import type { DeployStatus, MigrationStatus, StageStatus } from '../contract/deploy.js';
import { deployTitle } from '../contract/names.js';
import { choicesSection } from './choices.js';
import { codeSpan as code, plainMarkdown } from '../text/markdown.js';
import { fit, list, literal, time, took } from './markdown.js';
import { troubleSections } from './trouble.js';

const STAGE_MARKS = { waiting: '○', running: '▶', done: '✔', blocked: '✖', failed: '✖', cancelled: '■', 'not run': '–' } as const;
const MIGRATION_MARKS = {
  pending: '○',
  running: '▶',
  applied: '✔',
  already: '✔',
  skipped: '↷',
  blocked: '✖',
  failed: '✖',
} as const;
/** Migrations listed before and after the point where a stage is; three times as many lines of the story. Smaller where they do not fit. */
const SIZES = [8, 5, 3, 1] as const;

/** The deploy as a Markdown page for the Web UI: what to decide first, then where it stands, then how it came there. */
export function renderDetails(status: DeployStatus): string {
  return fit(
    SIZES.map((size) => () => page(status, size)),
    `The rest: ${code(`pawl status ${status.target}`)}`,
  );
}

function page(status: DeployStatus, size: number): string {
  return [
    head(status),
    faultSection(status),
    ...troubleSections(status),
    choicesSection(status),
    stagesSection(status),
    ...status.stages.map((stage) => migrationsSection(stage, size)),
    findingsSection(status, size),
    storySection(status, size * 3),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function head({ target, environment, database, state, release, to, startedBy, timeline }: DeployStatus): string {
  const last = timeline.at(-1);
  const where = database ? ` Database: ${code(database.label)}.` : '';
  const since = last ? ` Last change: **${last.at.slice(0, 10)} ${time(last.at)} UTC**.` : '';
  return `# ${deployTitle({ target, environment })}: ${state}\n\nRelease **${plainMarkdown(release.label)}** (${code(release.digest)})${to === undefined ? '' : `, up to **${plainMarkdown(to)}**`}, started by ${plainMarkdown(startedBy)}.${where}${since}`;
}

function faultSection({ fault, state, timeline }: DeployStatus): string {
  if (!fault || !['blocked', 'failed', 'refused'].includes(state)) return '';
  const times = timeline.filter(({ text }) => text === boundedLine(`blocked: ${fault.message}`)).length;
  return [
    '## Why',
    literal([fault.message]),
    times > 1 ? `This failure has come **${times} times** in this deploy.` : '',
    `**Next:** ${plainMarkdown(fault.next)}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

function stagesSection({ stages, fault }: DeployStatus): string {
  const items = stages.map((stage) => {
    const count = countOf(stage);
    return `${STAGE_MARKS[stage.state]} ${titleOf(stage)}, ${stage.state}${count && `: ${count}`}`;
  });
  const kept =
    fault?.version === undefined
      ? ''
      : `\n\nWhat comes before ${code(fault.version)} is committed and stays; nothing after it has run.`;
  return `## Stages, in order\n\n${list(items)}${kept}`;
}

function titleOf({ kind, name }: StageStatus): string {
  return kind === name ? kind : `${kind}: ${code(name)}`;
}

function countOf({ state, total, applied, skipped = 0, left = 0, migrations }: StageStatus): string {
  if (total === 0 && left === 0) return '';
  // A run of many reports at its end: until then the ledger may be ahead.
  const behind =
    applied < total && (state === 'running' || state === 'blocked' || state === 'failed') && !migrations.some(isAtWork);
  return `${behind ? 'at least ' : ''}${applied} of ${total} applied${skipped > 0 ? `, ${skipped} skipped` : ''}${left > 0 ? `, ${left} left pending` : ''}`;
}

function migrationsSection(stage: StageStatus, size: number): string {
  const { migrations, total, applied, skipped = 0 } = stage;
  if (migrations.length === 0) return '';
  const open = migrations.findIndex((migration) => migration.state === 'pending' || isAtWork(migration));
  const here = open < 0 ? migrations.length : open;
  const before = migrations.slice(Math.max(0, here - size), here);
  const after = migrations.slice(here, here + size);
  const done = applied + skipped;
  const items = [...before, ...after].map(
    (migration) => `${MIGRATION_MARKS[migration.state]} ${code(migration.name)}, ${note(migration)}`,
  );
  return [
    `### ${titleOf(stage)}`,
    done > before.length ? `${done - before.length} earlier ones are done.` : '',
    list(items),
    total - done > after.length ? `${total - done - after.length} more follow.` : '',
  ]
    .filter(Boolean)
    .join('\n\n');
}

function isAtWork({ state }: MigrationStatus): boolean {
  return state === 'running' || state === 'blocked' || state === 'failed';
}

function note({ milliseconds, state, late }: MigrationStatus): string {
  const result = milliseconds === undefined ? state : took(milliseconds);
  return late ? `${result}, **out of order**: newer ones were there first` : result;
}

function findingsSection({ findings, moreFindings = 0 }: DeployStatus, size: number): string {
  if (findings.length === 0) return '';
  const lines = findings.slice(0, size).map(({ severity, message }) => `${severity}: ${message}`);
  const hidden = findings.length - lines.length + moreFindings;
  return `## Findings\n\n${literal(hidden > 0 ? [...lines, `and ${hidden} more`] : lines)}`;
}

function storySection({ timeline }: DeployStatus, size: number): string {
  if (timeline.length === 0) return '';
  const lines = timeline.slice(-size).map(({ at, text }) => `${time(at)} ${text}`);
  return `## Story, in UTC\n\n${literal(lines)}`;
}
