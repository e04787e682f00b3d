import { compareCatalogs, type CompareOptions, type Difference } from '../../catalog/compare.js';
import { readDatabase } from '../../catalog/diff.js';
import type { TargetRelease } from '../../config/release.js';
import type { Migration } from '../../engine/files/migration.js';
import { withScratch } from '../../embedded/scratch.js';
import { readRoles } from '../../start/read-roles.js';
import { replayFiles } from '../../start/replay-files.js';
import { heldAt } from '../check/held-at.js';
import { rolesMadeBy } from '../../start/roles-made.js';
import { serverBin } from '../check/server-bin.js';
import type { Context } from '../context.js';
import { idleControl } from '../idle-control.js';
import { likeTheTarget } from '../like-the-target.js';
import type { OpenedRelease } from '../open-release.js';

export interface DriftOptions extends Pick<CompareOptions, 'ignorePrivileges'> {
  /** Also run the programs of `exec` stages, on the throwaway database. */
  readonly exec: boolean;
  /** Files that are not applied: what they would make is missing rightly. */
  readonly pending: readonly Migration[];
}

/**
 * What the schema of the target has otherwise than its applied files make on a throwaway database, from the files to the database. The target
 * is only read. Who owns an object makes no difference: on the throwaway database all belongs to one role.
 * @throws EngineError `CONNECT_*`, `START_STATE` where the files do not run any more
 */
export async function schemaDrift(context: Context, opened: OpenedRelease, options: DriftOptions): Promise<Difference[]> {
  const real = await readDatabase(opened.engine.url, { ledgerSchema: opened.engine.ledger, application: 'pawl:verify' });
  const release = withoutPending(opened.release, options.pending);
  const roles = { needed: await readRoles(opened.engine.url), made: await rolesMadeBy(release) };
  const needed = roles.needed.filter((role) => !roles.made.includes(role));
  return withScratch(
    context.environment,
    (scratch) =>
      scratch.use({ ...roles, needed }, async (url) => {
        await replay(context, opened, release, { url, exec: options.exec });
        const made = await readDatabase(url, { ledgerSchema: opened.engine.ledger });
        return compareCatalogs(made, real, { ...options, ignoreOwners: true });
      }),
    { bin: serverBin(context, undefined, Math.floor(real.server / 10_000)), like: likeTheTarget(context, opened) },
  );
}

function withoutPending(release: TargetRelease, pending: readonly Migration[]): TargetRelease {
  const left = new Set(pending);
  const migrations = [...release.migrations].map(
    ([index, stage]) => [index, { ...stage, migrations: stage.migrations.filter((migration) => !left.has(migration)) }] as const,
  );
  return { ...release, migrations: new Map(migrations) };
}

async function replay(
  context: Context,
  opened: OpenedRelease,
  release: TargetRelease,
  { url, exec }: { readonly url: string; readonly exec: boolean },
): Promise<void> {
  const { held, environment } = heldAt(context, { opened, release }, url);
  await replayFiles({
    held: { ...held, target: { ...held.target, adopt: undefined } },
    exec,
    environment,
    control: idleControl(),
    name: 'the applied files',
  });
}
