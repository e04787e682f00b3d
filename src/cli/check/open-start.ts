import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { engineTarget } from '../../config/engine-target.js';
import type { TargetRelease } from '../../config/release.js';
import { addressIn } from '../../config/database-address.js';
import { isAddress } from '../../engine/postgres/address/parse-address.js';
import type { EngineTarget } from '../../engine/target.js';
import { EngineError } from '../../engine/error.js';
import { baseBranch } from '../../start/base-branch.js';
import { startFromBase } from '../../start/from-base.js';
import { startFromDatabase } from '../../start/from-database.js';
import { startFromDump } from '../../start/from-dump.js';
import { replayFiles } from '../../start/replay-files.js';
import type { Start } from '../../start/start.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { openTarget, type OpenedTarget } from '../open-target.js';
import { heldAt } from './held-at.js';

export interface StartSettings {
  readonly from?: string | undefined;
  /** Branch or commit whose files are the start state. */
  readonly base?: string | false | undefined;
  /** Where neither is given: take the branch that this one will be merged into. */
  readonly ownBase?: boolean | undefined;
  readonly exec: boolean;
}

/** The start state that was asked for, and the addresses that nothing of the check may reach. */
export interface OpenedStart {
  readonly start?: Start | undefined;
  readonly real: readonly string[];
  /** What is checked on it. */
  readonly release: TargetRelease;
}

/** Without a start state a deploy begins with nothing. @throws CliError, ConfigError, EngineError */
export async function openStart(
  context: Context,
  opened: OpenedTarget,
  release: TargetRelease,
  { from, base, ownBase = false, exec }: StartSettings,
): Promise<OpenedStart> {
  if (from !== undefined) return { ...(await startFrom(context, opened, release, { from, exec })), release };
  const { root } = opened.loaded;
  const startAt = async (ref: string): Promise<OpenedStart> => {
    const replay = (url: string, past: TargetRelease): Promise<void> =>
      replayRelease(context, { opened, release: past, real: [] }, { url, exec, name: `the files of ${ref}` });
    return { ...(await startFromBase(opened, { root, ref, ours: release }, replay)), real: [] };
  };
  if (typeof base === 'string') return startAt(base);
  const found = base === undefined && ownBase ? await baseBranch(root, context.environment) : undefined;
  if (found === undefined) return { real: [], release };
  try {
    const started = await startAt(found);
    context.output.say(
      `Begins with the files of ${found}, which this branch will be merged into; --no-base begins with nothing.`,
    );
    return started;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    context.output.say(`Begins with nothing, since the files of ${found} could not be had: ${error.message}`);
    return { real: [], release };
  }
}

/** Deploys the files of the past: with the programs of today, where programs may run. */
function replayRelease(
  context: Context,
  past: Parameters<typeof heldAt>[1],
  { url, exec, name }: { url: string; exec: boolean; name: string },
): Promise<void> {
  const { held, environment } = heldAt(context, past, url);
  return replayFiles({
    held: { ...held, target: { ...held.target, adopt: undefined } },
    exec,
    environment,
    control: idleControl(),
    name,
  });
}

/** A target's name, `env:NAME`, an address, or a script of pg_dump's. @throws CliError, ConfigError, EngineError */
async function startFrom(
  context: Context,
  opened: OpenedTarget,
  release: TargetRelease,
  { from, exec }: { readonly from: string; readonly exec: boolean },
): Promise<Pick<OpenedStart, 'start' | 'real'>> {
  const { cwd } = context;
  const stages = [...release.migrations.values()];
  const found = await stat(resolve(cwd, from)).catch(() => undefined);
  if (found?.isFile()) {
    const targetAt = (url: string): EngineTarget => heldAt(context, { opened, release }, url).held.target;
    return { start: await startFromDump(resolve(cwd, from), from, { targetAt, stages }), real: [] };
  }
  const { target, name, real } = await realTarget(context, opened, from);
  const replay = (url: string, versions: ReadonlySet<string>): Promise<void> =>
    replayRelease(
      context,
      { opened, release: only(release, versions), real },
      { url, exec, name: `the files that ${name} has applied` },
    );
  const copyFor = { name: opened.name, ledger: opened.target.ledger.schema };
  return { start: await startFromDatabase({ target, name, stages, copyFor, environment: context.environment, replay }), real };
}

/** @returns the target, and the texts by which a program could reach it */
async function realTarget(
  context: Context,
  opened: OpenedTarget,
  from: string,
): Promise<{ target: EngineTarget; name: string; real: readonly string[] }> {
  const variable = /^env:(\w+)$/.exec(from)?.[1];
  const { environment } = context;
  const texts = (name: string): string[] => (environment[name] === undefined ? [] : [environment[name]]);
  if (variable !== undefined)
    return { target: engineTarget(opened, environment, addressIn(variable, environment)), name: variable, real: texts(variable) };
  if (isAddress(from)) {
    const address = addressIn('--from', { ...environment, '--from': from });
    return { target: engineTarget(opened, environment, address), name: 'the database', real: [from] };
  }
  const other = await openTarget(context, from).catch((error: unknown) => {
    throw new CliError(
      EXIT.usage,
      'USAGE',
      `there is no start state ${from}: it is no file and no target (${(error as Error).message})`,
      'Name a target, env:VARIABLE, an address, or a script that pg_dump has written.',
    );
  });
  const { database } = other.target;
  return { target: engineTarget(other, environment), name: from, real: 'env' in database ? texts(database.env) : [] };
}

function only(release: TargetRelease, versions: ReadonlySet<string>): TargetRelease {
  const migrations = new Map(
    [...release.migrations].map(([index, stage]) => [
      index,
      { ...stage, migrations: stage.migrations.filter(({ version }) => versions.has(version)) },
    ]),
  );
  return { ...release, migrations };
}
