import type { TargetRelease } from '../../config/release.js';
import { rehearse } from '../../direct/rehearse.js';
import type { Scratch } from '../../embedded/scratch.js';
import { checkMigrations } from '../../check/check.js';
import type { CheckRemark, CheckReport, Statistics } from '../../check/report.js';
import { summarise } from '../../check/summary.js';
import type { OwnerMap } from '../../owners/owner-of.js';
import type { Start } from '../../start/start.js';
import type { Context } from '../context.js';
import { idleControl } from '../idle-control.js';
import type { OpenedTarget } from '../open-target.js';
import { heldAt, type Moved } from './held-at.js';
import { rolesMadeBy } from '../../start/roles-made.js';
import { stagesOf } from './work-stages.js';

export interface Rehearsal {
  readonly opened: OpenedTarget;
  readonly release: TargetRelease;
  readonly exec: boolean;
  readonly each: boolean;
  readonly statistics: Statistics | undefined;
  /** Roles that the migrations take for granted. */
  readonly roles: readonly string[];
  /** Without it a deploy begins with an empty database. */
  readonly start?: Start | undefined;
  /** Addresses that no program of the deploy may reach. */
  readonly real: readonly string[];
  readonly owners: OwnerMap;
}

/** Measures and judges the deploy on one throwaway database and, when it went through, proves on a second that a repeat changes nothing. */
export async function checkOnScratch(context: Context, scratch: Scratch, rehearsal: Rehearsal): Promise<CheckReport> {
  const { start, exec } = rehearsal;
  const roles = { needed: [...rehearsal.roles, ...(start?.roles ?? [])], made: await rolesMadeBy(rehearsal.release) };
  const measured = await scratch.use(roles, (url) => measure(context, rehearsal, url));
  if (measured.summary.failed > 0 || measured.remarks.some(({ severity }) => severity === 'error')) return measured;
  const repeat = await scratch.use(roles, async (url) => {
    await start?.prepare(url);
    const { held, environment } = moved(context, rehearsal, url);
    const stages = held.stages.map((stage) => ('assert' in stage && start?.rows === false ? { signal: [] } : stage));
    return rehearse({ ...held, stages }, { exec, environment, control: idleControl() });
  });
  return { ...measured, repeat, summary: summarise({ ...measured, repeat }) };
}

async function measure(context: Context, rehearsal: Rehearsal, url: string): Promise<CheckReport> {
  const { start, exec, each, statistics, owners } = rehearsal;
  const differences = (await start?.prepare(url)) ?? [];
  const at = moved(context, rehearsal, url);
  const { stages, plan } = await stagesOf(at, { exec, assert: start?.rows ?? true });
  const { backfill, ledger } = at.held.target;
  const scope = each ? 'migration' : 'deploy';
  const report = await checkMigrations({ url, stages, statistics, scope, backfill, owners, ledger });
  const ofTheWhole = start ? [...differences, ...plan.findings.filter(isOfTheWhole).map(remarkOf)] : [];
  const remarks = [...ofTheWhole, ...report.remarks];
  return { ...report, start: start?.name, remarks, summary: summarise({ ...report, remarks }) };
}

/** What is wrong with a pending file is found where it is run. */
const isOfTheWhole = ({ code }: CheckRemark): boolean => /^(LEDGER_|COMMENT_EDITED|ORPHAN_ROW|LATE_MIGRATION|SQUASH_)/.test(code);

function remarkOf({ severity, code, message, next }: CheckRemark): CheckRemark {
  return { severity, code, message, next };
}

/** A start state brings its own applied set: there is nothing to adopt. */
function moved(context: Context, { start, ...rehearsal }: Rehearsal, url: string): Moved {
  const at = heldAt(context, rehearsal, url);
  return start ? { ...at, held: { ...at.held, target: { ...at.held.target, adopt: undefined } } } : at;
}
