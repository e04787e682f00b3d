import { versionOf } from '../../engine/files/migration.js';
import { sourceOf, type MigrationSource } from '../../config/schema.js';
import { environmentValue } from '../../config/resolve.js';
import { withScratch, type Scratch } from '../../embedded/scratch.js';
import { EngineError } from '../../engine/error.js';
import { squash as squashFiles, type Squash } from '../../squash/squash.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { dumpableServer } from '../dumpable-server.js';
import { idleControl } from '../idle-control.js';
import { likeTheTarget } from '../like-the-target.js';
import { openTarget } from '../open-target.js';
import { squashDocument, squashView } from '../view/squash.js';

export interface SquashSettings {
  readonly target?: string | undefined;
  readonly to: string;
  /** Directory of the stage; without it the first one of the target. */
  readonly stage?: string | undefined;
  readonly split?: boolean;
  readonly seed?: readonly string[];
  readonly withoutRows?: readonly string[];
  readonly dryRun?: boolean;
}

/** Makes one or a few files of all migrations up to a version, proved to be the same. */
export const squash: Command<SquashSettings> = async (context, settings) => {
  const { output, environment } = context;
  const opened = await openTarget(context, settings.target);
  const { target, loaded } = opened;
  const sources = target.stages.flatMap((stage) => ('migrate' in stage ? [sourceOf(stage.migrate)] : []));
  const isOne = (source: MigrationSource): source is MigrationSource & { directory: string } =>
    typeof source.directory === 'string';
  const single = sources.filter(isOne);
  const source = settings.stage === undefined ? single[0] : single.find(({ directory }) => directory === settings.stage);
  if (!source) {
    const names = single.map(({ directory }) => directory).join(', ') || 'none of a single directory';
    throw new CliError(EXIT.usage, 'USAGE', `the target has no migrate stage ${settings.stage ?? ''}`, `It has: ${names}.`);
  }
  const placeholders = Object.fromEntries(
    Object.entries(source.placeholders ?? {}).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : environmentValue(value.env, environment),
    ]),
  );
  const { programs, bin } = dumpableServer(environment);
  const request = {
    source: { ...source, placeholders },
    root: loaded.root,
    to: versionOf(settings.to),
    split: settings.split ?? false,
    seed: settings.seed ?? [],
    withoutRows: settings.withoutRows ?? [],
    dryRun: settings.dryRun ?? false,
    programs,
  };
  const work = async (dumped: Scratch, newest?: Scratch): Promise<Squash> => {
    try {
      return await squashFiles(request, { dumped, newest }, idleControl());
    } catch (error) {
      throw bin !== undefined ? onOlderServer(error, programs.major) : error;
    }
  };
  const like = likeTheTarget(context, opened);
  const done =
    bin !== undefined
      ? await withScratch(environment, (dumped) => withScratch(environment, (newest) => work(dumped, newest), { like }), {
          bin,
          like,
        })
      : await withScratch(environment, (scratch) => work(scratch), { like });
  output.report(squashView(done, request.dryRun, output.look), squashDocument(done, request.dryRun));
  return EXIT.done;
};

/** A file that fails may only be too new for the server that pg_dump can read. */
function onOlderServer(error: unknown, major: number): unknown {
  if (!(error instanceof EngineError) || error.code !== 'SQL_FAILED') return error;
  return new EngineError(error.code, error.verdict, error.message, {
    ...error,
    next: `The files were replayed on PostgreSQL ${major}, whose pg_dump is the newest here: where they need a newer one, name the folder of its programs in PAWL_POSTGRES_BIN. Else correct the file. Nothing was changed.`,
  });
}
