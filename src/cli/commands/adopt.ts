import { planTarget, type Plan } from '../../engine/plan/plan.js';
import { actor } from '../actor.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { inProcess } from '../../direct/in-process.js';
import { openRelease, type OpenedRelease } from '../open-release.js';
import { CliError } from '../cli-error.js';
import { retire } from './adopt-retire.js';
import { findingList } from '../view/finding.js';
import type { Look } from '../view/look.js';
import { counted } from '../view/counted.js';

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
  const engine = {
    ...opened.engine,
    adopt: {
      ...configured,
      assume: [...(configured.assume ?? []), ...(settings.assume ?? [])],
      pending: [...(configured.pending ?? []), ...(settings.pending ?? [])],
    },
  };
  const plan = await planTarget(engine, opened.stages);
  const preview = previewOf(plan);
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
  context.output.report(previewText(opened, plan, context.output.look), {
    target: opened.name,
    wouldAdopt: preview,
    findings: plan.findings,
  });
  return refused ? EXIT.failed : EXIT.done;
};

interface Preview {
  readonly version: string;
  readonly name: string;
  /** The tracker that says so. */
  readonly why: string;
  readonly checksum: 'same' | 'unknown';
}

/** Rows that are not in the ledger yet stand at position 0. */
function previewOf(plan: Plan): Preview[] {
  return plan.applied
    .filter(({ source, position }) => source === 'adopted' && position === 0)
    .map(({ version, name, note, checksum }) => ({
      version,
      name,
      why: note ?? '',
      checksum: checksum === null ? 'unknown' : 'same',
    }));
}

function previewText({ name }: OpenedRelease, plan: Plan, look: Look): string {
  const rows = previewOf(plan);
  const adoptedAlready = plan.applied.some(({ source, position }) => source === 'adopted' && position > 0);
  const headline = adoptedAlready
    ? `${name}: the take-over is done already.`
    : `${name}: ${counted(rows.length, 'migration')} would be adopted as applied${rows.length > 0 ? `, ${rows[0]!.name} to ${rows.at(-1)!.name}` : ''}.`;
  const refused = plan.findings.some(({ severity }) => severity === 'error');
  const next =
    rows.length > 0 && !refused ? ['', `The next deploy does it by itself; pawl adopt ${name} --yes does it now.`] : [];
  const width = Math.max(0, ...rows.map((row) => row.name.length));
  const table = rows.map(
    (row) => `  ${row.name.padEnd(width)}  applied by ${row.why}${row.checksum === 'same' ? ', same text' : ''}`,
  );
  return [headline, ...table, ...(plan.findings.length > 0 ? ['', findingList(plan.findings, look)] : []), ...next].join('\n');
}
