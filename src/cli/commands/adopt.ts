import type { EngineTarget } from '../../engine/target.js';
import { planTarget } from '../../engine/plan/plan.js';
import { counted } from '../../text/counted.js';
import { actor } from '../actor.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { inProcess } from '../../direct/in-process.js';
import { openRelease } from '../open-release.js';
import { CliError } from '../cli-error.js';
import { retire } from './adopt-retire.js';
import { adoptable, adoptionView } from '../view/adoption.js';

export interface AdoptSettings {
  readonly target?: string | undefined;
  readonly by?: string | undefined;
  /** Do it; without it the take-over is only shown. */
  readonly yes?: boolean;
  /** Suspects that a person has settled, beside those of the configuration. */
  readonly assume?: readonly string[] | undefined;
  readonly pending?: readonly string[] | undefined;
  /** Drop the old tool's tables instead. */
  readonly retire?: boolean;
  readonly reason?: string | undefined;
}

/** Shows what would be taken over from a legacy tracker, or takes it over. The first deploy does the same by itself. */
export const adopt: Command<AdoptSettings> = async (context, settings) => {
  const opened = await openRelease(context, settings.target);
  if (settings.retire) return retire(context, opened, settings);
  const configured = opened.engine.adopt;
  if (!configured) {
    throw new CliError(
      EXIT.usage,
      'USAGE',
      `${opened.name} has nothing to adopt: its configuration names no legacy tracker`,
      'Add `adopt: { from: golang-migrate }` (or another tool, or `auto`) to the target.',
    );
  }
  const engine: EngineTarget = {
    ...opened.engine,
    adopt: {
      ...configured,
      assume: [...(configured.assume ?? []), ...(settings.assume ?? [])],
      pending: configured.pending === 'all' ? 'all' : [...(configured.pending ?? []), ...(settings.pending ?? [])],
    },
  };
  const plan = await planTarget(engine, opened.stages);
  const preview = adoptable(plan);
  const refused = plan.findings.some(({ severity }) => severity === 'error');
  if (settings.yes && !refused && preview.length > 0) {
    const by = await actor(context, settings.by);
    const claim = { release: opened.release.digest, label: 'adopt', by };
    const adopted = await inProcess(engine, claim, opened.stages, idleControl(), (_owner, begun) =>
      Promise.resolve(begun.adopted),
    );
    context.output.report(`${opened.name}: ${counted(adopted, 'migration')} adopted; Pawl's ledger counts from now on.`, {
      target: opened.name,
      adopted,
    });
    return EXIT.done;
  }
  const again = [...flag('--assume', settings.assume), ...flag('--pending', settings.pending)];
  context.output.report(adoptionView(opened.name, plan, again, context.output.look), {
    target: opened.name,
    wouldAdopt: preview,
    findings: plan.findings,
  });
  return refused ? EXIT.failed : EXIT.done;
};

function flag(name: string, versions: readonly string[] | undefined): string[] {
  return versions === undefined || versions.length === 0 ? [] : [name, ...versions];
}
