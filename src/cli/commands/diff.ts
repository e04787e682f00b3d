import { stat, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { engineTarget } from '../../config/engine-target.js';
import { replayDirectory, REPLAY_LEDGER } from '../../direct/replay.js';
import { isDeepStrictEqual } from 'node:util';
import { ConfigError } from '../../config/config-error.js';
import { loadConfig } from '../../config/load.js';
import { withScratch, type Scratch, type ScratchLike } from '../../embedded/scratch.js';
import { likeThePlatform } from '../../start/before.js';
import { compareCatalogs } from '../../catalog/compare.js';
import type { Catalog } from '../../catalog/catalog.js';
import { readDatabase } from '../../catalog/diff.js';
import { parseCatalog, recordCatalog } from '../../catalog/record.js';
import { CliError } from '../cli-error.js';
import type { Command, Context } from '../context.js';
import { EXIT, type ExitCode } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { openTarget } from '../open-target.js';
import { differencesPage } from '../view/differences-html.js';
import { differencesDocument, differencesView } from '../view/differences.js';
import { writePrivate } from '../../embedded/private-file.js';

export interface DiffSettings {
  readonly a: string;
  /** Without it, A is recorded. */
  readonly b?: string | undefined;
  readonly html?: string | undefined;
  readonly record?: string | undefined;
  readonly ignoreOwners?: boolean;
  readonly ignorePrivileges?: boolean;
}

/** Compares two schemas: directories of SQL, targets, databases or recorded schemas. */
export const diff: Command<DiffSettings> = async (context, settings) => {
  const { output } = context;
  const like = await platformOf(context);
  const work = async (scratch: Scratch): Promise<ExitCode> => {
    const a = await schemaOf(context, scratch, settings.a);
    if (settings.record !== undefined) {
      await writeFile(resolve(context.cwd, settings.record), recordCatalog(a));
      output.say(`The schema of ${settings.a} is recorded in ${settings.record}.`);
    }
    if (settings.b === undefined) return EXIT.done;
    const b = await schemaOf(context, scratch, settings.b);
    const { ignoreOwners = false, ignorePrivileges = false } = settings;
    const differences = await compareCatalogs(a, b, { ignoreOwners, ignorePrivileges });
    const comparison = { a: settings.a, b: settings.b, differences };
    if (settings.html !== undefined) {
      await writePrivate(resolve(context.cwd, settings.html), differencesPage(comparison));
      output.say(`The page is in ${settings.html}.`);
    }
    output.report(differencesView(comparison, output.look), differencesDocument(comparison));
    return differences.length === 0 ? EXIT.done : EXIT.findings;
  };
  return withScratch(context.environment, work, { like });
};

/** What throwaway databases need, where a configuration is there and only one answer is in it. */
async function platformOf(context: Context): Promise<ScratchLike | undefined> {
  try {
    const { config, root } = await loadConfig({ cwd: context.cwd, file: context.configFile });
    const said = Object.values(config.targets).flatMap(({ before }) => before ?? []);
    const [before, ...others] = said;
    return others.every((other) => isDeepStrictEqual(other, before)) ? likeThePlatform(before, root) : undefined;
  } catch (error) {
    // Directories and addresses can be compared without a configuration.
    if (error instanceof ConfigError && context.configFile === undefined) return undefined;
    throw error;
  }
}

/** A directory is replayed on a throwaway database; `env:NAME` is a database whose address the variable holds; else a target. */
async function schemaOf(context: Context, scratch: Scratch, name: string): Promise<Catalog> {
  const { cwd, environment } = context;
  const variable = /^env:(\w+)$/.exec(name)?.[1];
  if (variable !== undefined) {
    const url = environment[variable];
    if (url === undefined) throw unknown(name, `the variable ${variable} is not set`);
    return readDatabase(url);
  }
  const path = resolve(cwd, name);
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile()) return parseCatalog(await readFile(path, 'utf8'), name);
  if (found?.isDirectory()) {
    const url = await scratch.create();
    await replayDirectory(url, { directory: name }, cwd, idleControl());
    return readDatabase(url, { ledgerSchema: REPLAY_LEDGER });
  }
  const opened = await openTarget(context, name).catch((error: unknown) => {
    throw unknown(name, `it is no directory, no recorded schema and no target (${(error as Error).message.split(/[;\n]/)[0]!})`);
  });
  const target = engineTarget(opened, environment);
  return readDatabase(target.url, { ledgerSchema: target.ledger });
}

function unknown(name: string, why: string): CliError {
  return new CliError(
    EXIT.usage,
    'USAGE',
    `there is no schema ${name}: ${why}`,
    'pawl diff takes directories of SQL, targets, env:VARIABLE and recorded schemas (.json).',
  );
}
