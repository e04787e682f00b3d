import { readdir, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { StagePlan } from '../contract/deploy.js';
import type { AssertionFile } from '../engine/deploy/assert.js';
import { EngineError } from '../engine/error.js';
import { checksum } from '../engine/files/checksum.js';
import { discoverMigrations } from '../engine/files/discover.js';
import { releaseDigest } from '../engine/files/digest.js';
import type { MigrationStage } from '../engine/plan/stage.js';
import { dependentName } from './dependent-name.js';
import { sourceOf, stageKind, stageName, type Stage, type Target } from './schema.js';

/** What a target's release consists of, read from this machine's files. */
export interface TargetRelease {
  /** The same on every machine with the same files and stages. */
  readonly digest: string;
  readonly stages: readonly StagePlan[];
  /** By index of the stage; other kinds of stages have none. */
  readonly migrations: ReadonlyMap<number, MigrationStage>;
  readonly assertions: ReadonlyMap<number, readonly AssertionFile[]>;
  /** Files that cannot be deployed. Each is `refused`. */
  readonly faults: readonly EngineError[];
}

/**
 * Reads the release of a target: every file of every stage, its digest, and what is wrong with the files.
 * @param root folder of the configuration
 */
export async function readRelease(target: Target, root: string): Promise<TargetRelease> {
  const migrations = new Map<number, MigrationStage>();
  const assertions = new Map<number, readonly AssertionFile[]>();
  const faults: EngineError[] = [];
  for (const [index, stage] of target.stages.entries()) {
    if ('assert' in stage) {
      const { files, wrong } = await readAssertions(stage.assert, root);
      assertions.set(index, files);
      faults.push(...wrong);
    } else if ('migrate' in stage || 'constraints' in stage) {
      const { migrationStage, wrong } = await readMigrations(stage, root);
      migrations.set(index, migrationStage);
      faults.push(...wrong);
    }
  }
  const stages = target.stages.map(
    (stage): StagePlan => ({
      kind: stageKind(stage),
      name: stageName(stage),
      ...('signal' in stage && { dependents: stage.signal.map(dependentName) }),
    }),
  );
  const files = [
    ...(await commandFiles(target, root)),
    ...[...migrations.values()].flatMap((stage) => stage.migrations),
    ...[...assertions.values()].flat().map(({ path, sql }) => ({ path, checksum: checksum(sql) })),
  ];
  return {
    digest: releaseDigest(target.stages, files),
    stages,
    migrations,
    assertions,
    faults: [...faults, ...duplicates(migrations)],
  };
}

async function readMigrations(
  stage: Extract<Stage, { migrate: unknown } | { constraints: unknown }>,
  root: string,
): Promise<{ migrationStage: MigrationStage; wrong: readonly EngineError[] }> {
  const kind = 'migrate' in stage ? 'migrate' : 'constraints';
  const source = sourceOf('migrate' in stage ? stage.migrate : stage.constraints);
  const { migrations, faults } = await discoverMigrations(source, root);
  return { migrationStage: { kind, name: stageName(stage), migrations, late: source.late }, wrong: faults };
}

/** Assertions have no versions: every `.sql` file of the directory runs each time, by name. */
async function readAssertions(
  directory: string,
  root: string,
): Promise<{ files: readonly AssertionFile[]; wrong: readonly EngineError[] }> {
  const names = await readdir(join(root, directory)).catch(() => undefined);
  if (!names) return { files: [], wrong: [missingDirectory(directory)] };
  const files: AssertionFile[] = [];
  const wrong: EngineError[] = [];
  for (const name of names.filter((entry) => entry.endsWith('.sql')).sort()) {
    const path = posix.join(directory, name);
    const bytes = await readFile(join(root, path));
    try {
      files.push({ name, path, sql: DECODER.decode(bytes) });
    } catch {
      wrong.push(new EngineError('FILES_NOT_UTF8', 'refused', `${path} cannot be read as UTF-8`, { next: 'Save it as UTF-8.' }));
    }
  }
  return { files, wrong };
}

/** Files that an `exec` stage names on its command line, such as a snapshot: with another content it is another release. */
async function commandFiles(target: Target, root: string): Promise<{ path: string; checksum: string }[]> {
  const files: { path: string; checksum: string }[] = [];
  for (const stage of target.stages) {
    if (!('exec' in stage)) continue;
    for (const argument of stage.exec.command.slice(1)) {
      const path = posix.join(stage.exec.directory ?? '.', argument);
      const text = await readFile(join(root, path), 'utf8').catch(() => undefined);
      if (text !== undefined) files.push({ path, checksum: checksum(text) });
    }
  }
  return files;
}

/** Strict, and without the byte order mark. */
const DECODER = new TextDecoder('utf-8', { fatal: true });

function missingDirectory(directory: string): EngineError {
  return new EngineError('FILES_MISSING_DIRECTORY', 'refused', `there is no directory ${directory}`, {
    next: 'Create it, or correct the path in the configuration; paths are relative to its folder.',
  });
}

/** Versions are one space per target, whatever the directory; within a directory the discovery has looked already. */
function duplicates(stages: ReadonlyMap<number, MigrationStage>): EngineError[] {
  const first = new Map<string, { readonly stage: MigrationStage; readonly path: string }>();
  return [...stages.values()].flatMap((stage) =>
    stage.migrations.flatMap(({ version, path }) => {
      const earlier = first.get(version);
      if (!earlier) first.set(version, { stage, path });
      if (!earlier || earlier.stage === stage) return [];
      return [
        new EngineError('FILES_DUPLICATE_VERSION', 'refused', `${earlier.path} and ${path} both have version ${version}`, {
          next: 'Give one of them another version; versions are shared by all directories of a target.',
          version,
        }),
      ];
    }),
  );
}
