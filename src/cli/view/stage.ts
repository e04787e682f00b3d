import type { MigrationStatus, StageState, StageStatus } from '../../contract/deploy.js';
import { durationText } from './duration.js';
import { cut, paint, spread, type Look } from './look.js';
import { progressBar } from './progress-bar.js';

/** How fast a stage goes on, where somebody has watched it. */
export interface Pace {
  /** Migrations per second. */
  readonly rate?: number | undefined;
}

const STAGE_MARKS: Record<StageState, string> = {
  waiting: '·',
  running: '▸',
  done: '✓',
  blocked: '✗',
  failed: '✗',
  cancelled: '–',
  'not run': '–',
};
/** How many are listed before and after what is at work: all of them fill a terminal. */
const SETTLED = 6;
const NEXT = 4;

const MARKS: Record<MigrationStatus['state'], string> = {
  pending: '·',
  running: '▸',
  applied: '✓',
  already: '✓',
  skipped: '–',
  blocked: '✗',
  failed: '✗',
};

/** One stage, with its migrations while it is under way. */
export function stageView(stage: StageStatus, look: Look, pace: Pace = {}): string {
  const open = stage.state === 'running' || stage.state === 'blocked' || stage.state === 'failed';
  const lines = open ? migrationLines(stage, look) : [];
  return [stageLine(stage, look, pace), ...lines].join('\n');
}

function stageLine(stage: StageStatus, look: Look, { rate }: Pace): string {
  const speed = stage.state === 'running' && stage.total > 0 && rate !== undefined && rate >= 1 ? `, ${Math.round(rate)}/s` : '';
  const amount = `${amountText(stage)}${speed}`;
  const bar = stage.state === 'running' && stage.total > 1 ? `${progressBar(stage.applied / stage.total, 20)} ` : '';
  const kind = stage.name === stage.kind ? '' : stage.kind.padEnd(12);
  const right = `${look.columns >= 80 ? bar : ''}${amount}`;
  const name = cut(`${STAGE_MARKS[stage.state]} ${kind}${stage.name}`, look.columns - right.length - 2);
  return spread(look, stageColor(stage.state, name, look), right);
}

function amountText({ kind, state, total, applied, left = 0 }: StageStatus): string {
  const rest = left > 0 ? `${left} left pending` : '';
  if (state === 'not run') return ['not run', rest].filter(Boolean).join(', ');
  if (kind !== 'migrate' && kind !== 'backfill' && kind !== 'constraints')
    return state === 'waiting' || state === 'done' ? '' : state;
  if (total === 0) return rest || (state === 'waiting' ? '' : 'nothing pending');
  return [`${applied} of ${total}`, rest].filter(Boolean).join(', ');
}

function stageColor(state: StageState, text: string, look: Look): string {
  switch (state) {
    case 'done':
      return paint(look, 'green', text);
    case 'running':
      return paint(look, 'bold', text);
    case 'blocked':
    case 'failed':
      return paint(look, 'red', text);
    case 'waiting':
    case 'cancelled':
    case 'not run':
      return paint(look, 'dim', text);
  }
}

/** The last ones that are settled, what is at work or blocked, the next ones; of the rest their number. */
function migrationLines({ migrations, total, applied }: StageStatus, look: Look): string[] {
  const first = migrations.findIndex(({ state }) => state !== 'applied' && state !== 'already' && state !== 'skipped');
  const settled = first < 0 ? migrations.length : first;
  const shown = migrations.slice(Math.max(0, settled - SETTLED));
  const waiting = shown.filter(({ state }) => state === 'pending');
  const next = new Set(waiting.slice(0, NEXT));
  const earlier = Math.max(0, applied - Math.min(settled, SETTLED));
  const others = migrations.filter(
    ({ state }) => state === 'blocked' || state === 'failed' || state === 'running' || state === 'skipped',
  ).length;
  const later = Math.max(0, total - applied - others - next.size);
  return [
    ...(earlier > 0 ? [paint(look, 'dim', `    ${MARKS.applied} ${earlier} more before`)] : []),
    ...shown.filter((migration) => migration.state !== 'pending' || next.has(migration)).map((one) => migrationLine(one, look)),
    ...(later > 0 ? [paint(look, 'dim', `    ${MARKS.pending} ${later} more pending`)] : []),
  ];
}

function migrationLine({ name, state, milliseconds, late }: MigrationStatus, look: Look): string {
  const time = milliseconds === undefined ? '' : durationText(milliseconds);
  const note = [late ? 'out of order' : '', state === 'applied' ? time : state].filter((part) => part !== '').join(', ');
  const text = cut(`    ${MARKS[state]} ${name}`, look.columns - note.length - 2);
  return spread(look, state === 'blocked' || state === 'failed' ? paint(look, 'red', text) : text, paint(look, 'dim', note));
}
