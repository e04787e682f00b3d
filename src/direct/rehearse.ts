import type { HeldTarget } from '../config/held-target.js';
import type { Stage } from '../config/schema.js';
import { compareCatalogs } from '../catalog/compare.js';
import { readDatabase } from '../catalog/diff.js';
import type { CheckedRepeat } from '../check/report.js';
import { fromError } from '../check/failure.js';
import type { Control } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { counted } from '../text/counted.js';
import { deployDirect } from './deploy.js';

/**
 * Deploys a target to a throwaway database as a real deploy would, and then once more: the repeat must apply nothing and leave the
 * schema as it is. Nobody is signalled, approvals count as given, and without `exec` no program is run.
 * @param held with the throwaway database as its address
 */
export async function rehearse(
  held: HeldTarget,
  { exec, environment, control }: { readonly exec: boolean; readonly environment: NodeJS.ProcessEnv; readonly control: Control },
): Promise<CheckedRepeat> {
  const once = () =>
    deployDirect({
      held: { ...quiet(held, exec), retryFor: 0 },
      label: 'check',
      by: 'pawl check',
      environment,
      say: () => undefined,
      control,
    });
  const look = () => readDatabase(held.target.url, { ledgerSchema: held.target.ledger });
  try {
    await once();
    const before = await look();
    const { applied } = await once();
    const differences = await compareCatalogs(before, await look());
    const changes = [
      ...(applied > 0 ? [`${counted(applied, 'migration')} applied again`] : []),
      ...differences.map(({ kind, identity, change }) => `${kind} ${identity}: ${change} by the repeat`),
    ];
    return { outcome: changes.length === 0 ? 'same' : 'changed', changes };
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    return { outcome: 'failed', changes: [], failure: fromError(error) };
  }
}

/** A target whose deploy tells nobody and, without `exec`, runs no program. */
export function quiet(held: HeldTarget, exec: boolean): HeldTarget {
  return { ...held, stages: held.stages.map((stage) => (isQuiet(stage, exec) ? NOTHING : stage)) };
}

const NOTHING: Stage = { signal: [] };

function isQuiet(stage: Stage, exec: boolean): boolean {
  return 'signal' in stage || ('exec' in stage && !exec);
}
