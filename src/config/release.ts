import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { ApprovalRule, StagePlan } from '../contract/deploy.js';
import { milliseconds } from '../text/duration.js';
import type { AssertionFile } from '../engine/acts/assert.js';
import { EngineError } from '../engine/error.js';
import { checksum } from '../engine/files/checksum.js';
import { findCollisions } from '../engine/files/collisions.js';
import { discoverMigrations } from '../engine/files/discover.js';
import { releaseDigest } from '../engine/files/digest.js';
import { readListing } from '../engine/files/listing.js';
import type { Migration } from '../engine/files/migration.js';
import type { MigrationStage } from '../engine/files/stage.js';
import { dependentName } from './dependent-name.js';
import type { ResolvedTarget } from './resolve.js';
import { readSigners, type StageSigners } from './signers.js';
import { recordedFiles, stageKind, stageName, type MigrationSource, type Stage, type Target } from './schema.js';

/** What a target's release consists of, read from this machine's files. */
export interface TargetRelease {
  /** The same on every machine with the same settings, stages and files, and for every target with them: such targets share a queue. */
  readonly digest: string;
  readonly stages: readonly StagePlan[];
  /** By index of the stage; other kinds of stages have none. */
  readonly migrations: ReadonlyMap<number, MigrationStage>;
  readonly assertions: ReadonlyMap<number, readonly AssertionFile[]>;
  /** Who may sign the approval of a stage. */
  readonly signers: ReadonlyMap<number, StageSigners>;
  /** Files that cannot be deployed. Each is `refused`. */
  readonly faults: readonly EngineError[];
}

/** The versions of its files, stage by stage. */
export function versionsOf({ migrations }: Pick<TargetRelease, 'migrations'>): string[] {
  return [...migrations.values()].flatMap((stage) => stage.migrations.map(({ version }) => version));
}

/**
 * Reads the release of a target: every file of every stage, its digest, and what is wrong with the files.
 * @param root folder of the configuration
 */
export async function readRelease({ target }: Pick<ResolvedTarget, 'target'>, root: string): Promise<TargetRelease> {
  const migrations = new Map<number, MigrationStage>();
  const assertions = new Map<number, readonly AssertionFile[]>();
  const signers = new Map<number, StageSigners>();
  const faults: EngineError[] = [];
  for (const [index, stage] of target.stages.entries()) {
    if ('assert' in stage) {
      const { files, wrong } = await readAssertions(stage.assert, root);
      assertions.set(index, files);
      faults.push(...wrong);
    }
    if ('approve' in stage && stage.approve.allowedSigners !== undefined) {
      const { read, wrong } = await readSigners({ ...stage.approve, allowedSigners: stage.approve.allowedSigners }, root);
      if (read) signers.set(index, read);
      faults.push(...wrong);
    }
    const source = recordedFiles(stage);
    if (!source) continue;
    const { migrationStage, wrong } = await readMigrations(stage, source, root);
    migrations.set(index, migrationStage);
    faults.push(...wrong);
  }
  const stages = target.stages.map((stage): StagePlan => ({
    kind: stageKind(stage),
    name: stageName(stage),
    ...('signal' in stage && { dependents: stage.signal.map(dependentName) }),
    ...('approve' in stage && approvalOf(stage.approve)),
  }));
  const files = [
    ...(await commandFiles(target, root)),
    ...[...migrations.values()].flatMap((stage) => stage.migrations),
    ...[...signers.values()].map(({ file, checksum }) => ({ path: file, checksum })),
    ...[...assertions.values()].flat().map(({ path, sql }) => ({ path, checksum: checksum(sql) })),
  ];
  return {
    digest: releaseDigest(behaviour(target), files),
    stages,
    migrations,
    assertions,
    signers,
    // Versions are one space per target, whatever the directory.
    faults: [...faults, ...findCollisions([...migrations.values()].flatMap((stage) => stage.migrations))],
  };
}

/** The rule of an approval; nothing for one that anybody gives alone and however late. */
function approvalOf({
  of,
  by,
  notBy,
  within,
  allowedSigners,
}: Extract<Stage, { approve: unknown }>['approve']): Pick<StagePlan, 'approval'> {
  const rule: ApprovalRule = {
    ...(of !== undefined && { of }),
    ...(by && { by }),
    ...(notBy && { notBy }),
    ...(within !== undefined && { within: milliseconds(within) }),
    ...(allowedSigners !== undefined && { signed: true }),
  };
  return Object.keys(rule).length === 0 ? {} : { approval: rule };
}

/**
 * Settings that say where the database is, how to log in, and what throwaway databases begin with, not what a deploy does: targets that
 * differ in nothing else are served by one worker.
 */
const BESIDE_THE_DEPLOY: readonly string[] = ['database', 'password', 'before'] satisfies (keyof Target)[];

/** Every setting that changes what a deploy does, so that no worker serves a release by other settings; a new one is among them by itself. */
function behaviour(target: Target): Record<string, unknown> {
  return Object.fromEntries(Object.entries(target).filter(([setting]) => !BESIDE_THE_DEPLOY.includes(setting)));
}

async function readMigrations(
  stage: Stage,
  source: MigrationSource,
  root: string,
): Promise<{ migrationStage: MigrationStage; wrong: readonly EngineError[] }> {
  const kind = stageKind(stage) as MigrationStage['kind'];
  const { migrations, faults, warnings } = await discoverMigrations(
    { ...source, placeholders: placeholderValues(source.placeholders) },
    root,
  );
  const wrong = kind === 'backfill' ? [...faults, ...migrations.flatMap(noBackfill)] : faults;
  return { migrationStage: { kind, name: stageName(stage), migrations, warnings, late: source.late }, wrong };
}

/** A stage of backfills has nothing that would hold a lock for long. */
function noBackfill({ path, version, directives }: Migration): EngineError[] {
  if (directives.some(({ name }) => name === 'backfill')) return [];
  const next = 'Write -- pawl:backfill <table> by <key> above its statement, or move the file to a migrate stage.';
  return [
    new EngineError('BACKFILL_MISSING', 'refused', `${path}: a backfill stage holds backfills only, and this file is none`, {
      version,
      next,
    }),
  ];
}

/**
 * Values that this machine does not have stay open: who only starts a deploy needs no secrets, and the digest is over the files as they are.
 * Whoever is to run such a file refuses it.
 */
function placeholderValues(placeholders: MigrationSource['placeholders'] = {}): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(placeholders).map(([name, value]) => [name, typeof value === 'string' ? value : process.env[value.env]]),
  );
}

/** Assertions have no versions: every `.sql` file of the directory runs each time, by name. */
export async function readAssertions(
  directory: string,
  root: string,
): Promise<{ files: readonly AssertionFile[]; wrong: readonly EngineError[] }> {
  const files: AssertionFile[] = [];
  const wrong: EngineError[] = [];
  const asFault = (error: unknown): void => {
    if (!(error instanceof EngineError)) throw error;
    wrong.push(error);
  };
  const listing = await readListing(directory, root).catch(asFault);
  for (const name of listing?.files.filter((file) => file.endsWith('.sql')) ?? []) {
    const sql = await listing!.text(name).catch(asFault);
    if (sql !== undefined) files.push({ name, path: posix.join(directory, name), sql });
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
