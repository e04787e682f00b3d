import { isEnded } from '../../client/overrule.js';
import { approvalText } from '../../contract/approval.js';
import { deployTitle } from '../../contract/names.js';
import type { DeployState, DeployStatus, StageStatus } from '../../contract/deploy.js';
import { choiceList } from './choice-list.js';
import { choices } from './choices.js';
import { faultText } from './fault.js';
import { findingList } from './finding.js';
import { cut, paint, spread, type Look } from './look.js';
import { sinceText } from './since.js';
import { stageView, type Pace } from './stage.js';
import { workView } from './work.js';

export interface StatusContext extends Pace {
  /** Link into the Web UI. */
  readonly link?: string | undefined;
  /** The source line that the fault points at. */
  readonly excerpt?: string | undefined;
  /** False where the fault that ends the following is reported apart. */
  readonly ending?: boolean;
}

/** States in which nobody follows any longer. */
const ENDINGS = new Set<DeployState>(['blocked', 'failed', 'refused', 'cancelled', 'terminated', 'timed out']);

/** The whole picture of one deploy: what it does now and what can be decided. */
export function statusView(status: DeployStatus, look: Look, context: StatusContext = {}): string {
  const { findings, fault, work } = status;
  const { link, excerpt, ending = true } = context;
  const decisions = ending || !ENDINGS.has(status.state) ? choices(status) : [];
  return [
    headline(status, look),
    ...(status.since === undefined ? [] : [paint(look, 'dim', `  ${sinceText(status.since)}`)]),
    ...stagesOf(status).map((stage) => stageView(stage, look, context)),
    ...(work ? ['', workView(work, look)] : []),
    ...(findings.length > 0 ? ['', findingList(findings, look)] : []),
    ...(fault && ending ? ['', faultText(fault, look, excerpt)] : []),
    ...(status.approving && status.state === 'waiting for approval'
      ? ['', approvalText(status.approving, status.startedBy)]
      : []),
    ...(status.holdRequested && status.state !== 'held' && !isEnded(status.state)
      ? ['', 'It will hold before the next migration.']
      : []),
    ...(decisions.length > 0 ? ['', choiceList(decisions, look)] : []),
    ...(link ? ['', link] : []),
  ].join('\n');
}

/** A long piece of work counts in its heartbeat before the status does. */
function stagesOf({ stages, work }: DeployStatus): readonly StageStatus[] {
  const ahead = work?.applied ?? 0;
  return stages.map((stage) => {
    if (stage.state !== 'running') return stage;
    const pending = stage.migrations.filter(({ state }) => state === 'pending');
    const done = new Set(pending.slice(0, ahead));
    const migrations = stage.migrations.map((migration) => {
      if (done.has(migration)) return { ...migration, state: 'applied' as const };
      return work && migration.name === work.name ? { ...migration, state: 'running' as const } : migration;
    });
    return { ...stage, migrations, applied: Math.min(stage.total, stage.applied + ahead) };
  });
}

function headline({ target, environment, state, approval, release, to, startedBy }: DeployStatus, look: Look): string {
  const waiting = state === 'waiting for approval' && approval ? `${state} "${approval}"` : state;
  const left = `${paint(look, 'bold', deployTitle({ target, environment }))} is ${paint(look, STATE_COLORS[state], waiting)}`;
  const origin = cut(
    `release ${release.label} (${release.digest})${to === undefined ? '' : ` up to ${to}`} by ${startedBy}`,
    look.columns - 2,
  );
  return spread(look, left, paint(look, 'dim', origin));
}

const STATE_COLORS: Record<DeployState, 'green' | 'cyan' | 'yellow' | 'red'> = {
  starting: 'cyan',
  running: 'cyan',
  held: 'yellow',
  blocked: 'red',
  'waiting for approval': 'yellow',
  done: 'green',
  failed: 'red',
  refused: 'red',
  cancelled: 'yellow',
  superseded: 'yellow',
  terminated: 'red',
  'timed out': 'red',
};
