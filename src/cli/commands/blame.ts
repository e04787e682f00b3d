import { blame as blameObject } from '../../blame/blame.js';
import { readApplied } from '../../engine/ledger/applied.js';
import { ledgerExists } from '../../engine/ledger/header.js';
import { readDeploys } from '../../engine/ledger/log.js';
import { EngineError } from '../../engine/error.js';
import { read } from '../../engine/postgres/read.js';
import type { EngineTarget } from '../../engine/target.js';
import { withScratch } from '../../embedded/scratch.js';
import { heldAt } from '../check/held-at.js';
import { rolesMadeBy } from '../../start/roles-made.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { likeTheTarget } from '../like-the-target.js';
import { openRelease } from '../open-release.js';
import { blameView, type AppliedAt } from '../view/blame.js';

export interface BlameSettings {
  readonly name: string;
  readonly target?: string | undefined;
}

/** Tells for a table and all that hangs on it, or for any other object, which migration made it and which changed it last. */
export const blame: Command<BlameSettings> = async (context, { name, target }) => {
  const opened = await openRelease(context, target);
  const { release, engine } = opened;
  const roles = { needed: [], made: await rolesMadeBy(release) };
  const work = (url: string) => {
    const { held, environment } = heldAt(context, { opened, release }, url);
    return blameObject({ ...held, target: { ...held.target, adopt: undefined } }, name, environment, idleControl());
  };
  const like = likeTheTarget(context, opened);
  const blamed = await withScratch(context.environment, (scratch) => scratch.use(roles, work), { like });
  if (blamed.length === 0)
    throw new CliError(
      EXIT.usage,
      'USAGE',
      `the files of ${opened.name} make nothing that is called ${name}`,
      'Name a table, a table and its column (orders.total), a view, a function or a type, with or without its schema.',
    );
  const versions = new Map(opened.stages.flatMap(({ migrations }) => migrations.map(({ version, path }) => [version, path])));
  const applied = await appliedTo(engine).catch((error: unknown) => {
    if (!(error instanceof EngineError)) throw error;
    context.output.say(`The database does not answer, so when each was applied is not known: ${error.message}`);
    return new Map<string, AppliedAt>();
  });
  const lines = blamed.map(({ kind, identity, made, changed }) => {
    const of = (version: string | undefined) =>
      version === undefined ? undefined : { version, path: versions.get(version), ...applied.get(version) };
    return { kind, identity, made: of(made), changed: of(changed) };
  });
  context.output.report(blameView(lines, context.output.look), { target: opened.name, objects: lines });
  return EXIT.done;
};

/** When each version was applied and by whom; what was adopted has the time of its adoption. */
function appliedTo({ url, ledger }: EngineTarget): Promise<Map<string, AppliedAt>> {
  return read(url, 'pawl:blame', async (client) => {
    if (!(await ledgerExists(client, ledger))) return new Map<string, AppliedAt>();
    const rows = await readApplied(client, ledger);
    const deploys = await readDeploys(client, ledger, rows.length + 1);
    const by = new Map(deploys.map(({ deployId, startedBy }) => [deployId, startedBy]));
    return new Map(
      rows.map(({ version, source, appliedAt, deployId }) => [
        version,
        { source, at: appliedAt.toISOString(), by: by.get(deployId ?? '') },
      ]),
    );
  });
}
