import { posix } from 'node:path';
import type { EngineError } from '../../error.js';
import { collecting, fileFault } from '../file-fault.js';
import type { Discovered, FormatOptions, Listing, MigrationFormat } from '../format.js';
import { within } from '../listing.js';
import { migrationFile } from '../migration-file.js';
import type { Migration } from '../migration.js';
import { fillPlaceholders } from '../placeholders.js';
import { readSqitchPlan, type SqitchChange } from './sqitch-plan.js';

const PLAN = 'sqitch.plan';

/** Sqitch: `sqitch.plan`, in whose order the scripts in `deploy/` run; those in `revert/` undo them. */
export const sqitch: MigrationFormat = {
  name: 'sqitch',
  tool: 'Sqitch',
  listed: true,
  // By custom its scripts begin with BEGIN and end with COMMIT.
  unwraps: true,
  detects: (listing) => plansOf(listing).length > 0,
  async read(listing, options) {
    const [plan, second] = plansOf(listing);
    if (plan === undefined || second !== undefined) return { migrations: [], faults: [noPlan(listing.directory, plan, second)] };
    const folder = posix.dirname(plan);
    return readProject(folder === '.' ? listing : within(listing, folder), options);
  },
};

/** The plan of the project, which `top_dir` may have put into a folder. */
function plansOf(listing: Listing): string[] {
  return listing.files.includes(PLAN) ? [PLAN] : listing.files.filter((file) => posix.basename(file) === PLAN);
}

async function readProject(listing: Listing, options: FormatOptions): Promise<Discovered> {
  const found: Discovered = { migrations: [], faults: [] };
  const text = await listing.text(PLAN);
  const changes =
    (await collecting(found.faults, () => Promise.resolve(readSqitchPlan(text, posix.join(listing.directory, PLAN))))) ?? [];
  for (const change of changes) {
    const read = await collecting(found.faults, () => readChange(listing, options, change));
    if (!read) continue;
    found.migrations.push(read.migration);
    found.faults.push(...read.faults);
  }
  const planned = new Set(changes.flatMap(({ name, tags }) => [name, ...tags.map((tag) => `${name}@${tag}`)]));
  const strays = listing.files.filter((file) => {
    const stem = /^deploy\/(.*)\.sql$/.exec(file)?.[1];
    return stem === undefined ? /^[^/]*\.sql$/.test(file) : !planned.has(stem);
  });
  return { ...found, passedOver: strays.map((file) => ({ file, why: `${PLAN} does not name it` })) };
}

async function readChange(
  listing: Listing,
  options: FormatOptions,
  change: SqitchChange,
): Promise<{ migration: Migration; faults: EngineError[] }> {
  const file = scriptOf(listing, 'deploy', change);
  if (file === undefined) {
    throw fileFault(
      'FILES_FORMAT',
      [posix.join(listing.directory, PLAN), change.line],
      `${change.name} has no script deploy/${change.name}.sql`,
      'Restore the script, or take the change out of the plan.',
    );
  }
  const revert = scriptOf(listing, 'revert', change);
  const script = async (of: string): Promise<string> => fillPlaceholders(await listing.text(of), options.placeholders);
  return migrationFile(
    listing,
    {
      version: change.identity,
      name: change.identity,
      file,
      text: await listing.text(file),
      sql: await script(file),
      down: revert === undefined ? undefined : { file: revert, sql: await script(revert) },
    },
    options,
  );
}

/** A change that was reworked later keeps its old script under the name of a tag that came between (App::Sqitch::Plan::Change, path_segments). */
function scriptOf(listing: Listing, folder: 'deploy' | 'revert', { name, tags }: SqitchChange): string | undefined {
  const candidates = tags.length === 0 ? [name] : tags.map((tag) => `${name}@${tag}`);
  return candidates.map((stem) => `${folder}/${stem}.sql`).find((file) => listing.files.includes(file));
}

function noPlan(directory: string, plan: string | undefined, second: string | undefined): EngineError {
  const what = plan === undefined ? `there is no ${PLAN}` : `two plans, ${plan} and ${second}`;
  return fileFault('FILES_FORMAT', directory, what, `Name the directory of the project: the one that holds its ${PLAN}.`);
}
