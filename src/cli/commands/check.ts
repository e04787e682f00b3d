import { foreignOwners } from '../../config/owners.js';
import { readRelease } from '../../config/release.js';
import { withScratch } from '../../embedded/scratch.js';
import { likeTheTarget } from '../like-the-target.js';
import { isReached, type FailOn } from '../check/fail-on.js';
import { checkOnScratch } from '../check/on-scratch.js';
import { fixFiles } from '../check/fix-files.js';
import { openStart } from '../check/open-start.js';
import { readStatsFile } from '../check/read-stats.js';
import { serverBin } from '../check/server-bin.js';
import { writeReports, type ReportFiles } from '../check/report-files.js';
import { readBaseline, withoutBaseline, writeBaseline } from '../check/baseline.js';
import type { Command } from '../context.js';
import { refuseFaults } from '../deploy/refuse-faults.js';
import { EXIT } from '../exit-code.js';
import { openTarget } from '../open-target.js';
import { checkText } from '../view/check-text.js';

export interface CheckSettings extends ReportFiles {
  readonly target?: string | undefined;
  readonly exec?: boolean;
  readonly stats?: string | undefined;
  readonly fix?: boolean;
  /** Judge each file as if it were deployed by itself. */
  readonly each?: boolean;
  readonly role?: readonly string[];
  /** Start state: a target, `env:NAME`, an address, or a dump. */
  readonly from?: string | undefined;
  /** Branch or commit that is merged into. */
  readonly base?: string | false | undefined;
  /** Major version to check on. */
  readonly postgres?: string | undefined;
  readonly failOn: FailOn;
  readonly baseline?: string | undefined;
  readonly writeBaseline?: string | undefined;
}

/** Runs the whole deploy on a throwaway database and says what it locks, what is dangerous and what does not work. */
export const check: Command<CheckSettings> = async (context, settings) => {
  const { output } = context;
  const opened = await openTarget(context, settings.target);
  const files = await readRelease(opened, opened.loaded.root);
  refuseFaults(context, files);
  const past = settings.baseline === undefined ? undefined : await readBaseline(context, settings.baseline);
  const given = settings.stats === undefined ? undefined : await readStatsFile(context, settings.stats);
  const exec = settings.exec ?? false;
  const { from, base } = settings;
  // What is judged file by file, or against a list of the past, is all that there is.
  const ownBase = settings.each !== true && settings.baseline === undefined && settings.writeBaseline === undefined;
  const { start, real, release } = await openStart(context, opened, files, { from, base, ownBase, exec });
  const rehearsal = {
    opened,
    release,
    exec,
    each: settings.each ?? false,
    statistics: given ?? start?.statistics,
    roles: settings.role ?? [],
    owners: foreignOwners(opened.loaded.config, opened),
    start,
    real,
  };
  const found = await withScratch(context.environment, (scratch) => checkOnScratch(context, scratch, rehearsal), {
    bin: serverBin(context, settings.postgres === undefined ? undefined : Number(settings.postgres), start?.major),
    like: likeTheTarget(context, opened, start === undefined || start.runsFiles === true),
  });
  if (settings.writeBaseline !== undefined) {
    const findings = await writeBaseline(context, settings.writeBaseline, found, release);
    output.say(
      `${findings} findings of the past are in ${settings.writeBaseline}; check with --baseline ${settings.writeBaseline} from now on.`,
    );
  }
  const report = past ? withoutBaseline(found, past, release) : found;
  await writeReports(context, settings, report, opened.name);
  if (settings.fix) {
    const changed = await fixFiles(opened.loaded.root, report, release);
    output.say(
      changed.length === 0 ? 'There is nothing that can be fixed mechanically.' : `Fixed ${changed.join(', ')}; check again.`,
    );
  }
  output.report(checkText(report, output.look), { target: opened.name, ...report });
  return settings.writeBaseline === undefined && isReached(report, settings.failOn) ? EXIT.findings : EXIT.done;
};
