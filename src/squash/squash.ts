import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Scratch } from '../embedded/scratch.js';
import { replayMigrations, REPLAY_LEDGER } from '../direct/replay.js';
import { textOf, type Catalog } from '../catalog/catalog.js';
import { compareCatalogs, type Difference } from '../catalog/compare.js';
import { readDatabase } from '../catalog/diff.js';
import type { Control } from '../engine/control.js';
import { EngineError } from '../engine/error.js';
import { discoverMigrations, type Source } from '../engine/files/discover.js';
import { chooseFormat } from '../engine/files/formats.js';
import { readListing } from '../engine/files/listing.js';
import { versionOf, type Migration } from '../engine/files/migration.js';
import { loadGrammar } from '../engine/files/statements.js';
import { identifier } from '../engine/postgres/quote.js';
import { withClient } from '../engine/postgres/with-client.js';
import { counted } from '../text/counted.js';
import { changeFiles } from './change-files.js';
import { clusterStatements } from './cluster-statements.js';
import { dumpSchema, withoutPlatform, type DumpedSchema } from '../pg-dump/dump-schema.js';
import type { DumpPrograms } from '../pg-dump/programs.js';
import { probeTables, type Behaviour } from './probe.js';
import { rowsOf, tablesWithRows } from './rows.js';
import { impossible, squashedFiles, type Part, type SquashedFile } from './squashed-files.js';
import { countObjects, type Count } from './statistics.js';

export interface SquashRequest {
  readonly source: Source & { readonly directory: string };
  /** Folder that the source's directory is relative to. */
  readonly root: string;
  /** The last version that goes into the squashed files. */
  readonly to: string;
  /** Files for schema, seed rows and constraints, instead of one. */
  readonly split: boolean;
  /** Tables whose rows are kept, and tables whose rows are left out; `all` stands for every table. */
  readonly seed: readonly string[];
  readonly withoutRows: readonly string[];
  /** Prove it, and change no file. */
  readonly dryRun: boolean;
  readonly programs: DumpPrograms;
}

export interface Squash {
  readonly old: readonly Migration[];
  readonly rest: number;
  readonly files: readonly SquashedFile[];
  /** Where the old files are now. */
  readonly aside: string;
  readonly counts: readonly Count[];
  readonly seed: readonly string[];
  readonly behaviour: Behaviour;
  /** Major versions of the servers that it was proved on. */
  readonly provedOn: readonly number[];
}

export interface Servers {
  /** Whose schema pg_dump can write down. */
  readonly dumped: Scratch;
  /** A newer one, to prove it there too. */
  readonly newest?: Scratch | undefined;
}

/**
 * Makes one or a few files of all migrations up to a version, and proves on throwaway databases that they give the same schema and seed
 * rows, that its tables behave the same, and that the migrations after them lead to the same schema. Only then the files change.
 * @throws EngineError `SQUASH_*`, or that of the first migration that cannot be replayed
 */
export async function squash(request: SquashRequest, servers: Servers, control: Control): Promise<Squash> {
  await loadGrammar();
  const { source, root, to, programs } = request;
  const { directory } = source;
  const format = await chooseFormat(await readListing(directory, root), source.format);
  if (format.listed || format.chained)
    throw impossible(
      `${directory} is of ${format.tool}, which keeps ${format.listed ? 'a list' : 'a chain of hashes'} of its files`,
      'Squash with that tool.',
    );
  const all = await discover(source, root);
  const old = upTo(all, to, directory);
  const before = await replayed(servers.dumped, directory, old, control);
  const seed = await seedTables(before, request);
  const platform = await dumpSchema(programs.pgDump, await servers.dumped.create(), LEAVE_OUT);
  const dumped = withoutPlatform(await dumpSchema(programs.pgDump, before.url, LEAVE_OUT, seed), platform);
  const aside = `${directory.replace(/\/+$/, '')}.squashed/${old[0]!.version}-${to}`;
  const write = (more: readonly string[]): SquashedFile[] => {
    const schema = [...clusterStatements(old), ...dumped.schema];
    return squashedFiles(
      directory,
      aside,
      old,
      partsOf(request.split, { ...dumped, schema, constraints: [...dumped.constraints, ...more] }),
      format.around,
    );
  };
  const proof = { source, root, aside, all, old, seed, exactRows: true, control };
  const newest = servers.newest && (await replayedWhereItCan(servers.newest, directory, old, control));
  const files = write(newest ? await notNullNames(servers.newest, newest, proof, write([])) : []);
  const { behaviour, now, after } = await prove(servers.dumped, before, proof, files);
  // Times and random numbers in rows come out otherwise on each replay: only those of the server that was dumped can be the same.
  if (newest) await prove(servers.newest, newest, { ...proof, exactRows: false }, files);
  if (!request.dryRun) await changeFiles(root, directory, aside, old, files);
  const counts = [{ what: 'files', before: all.length, after: now.length }, ...countObjects(before.catalog, after)];
  const provedOn = [before, ...(newest ? [newest] : [])].map(({ catalog }) => Math.floor(catalog.server / 10_000));
  return { old, rest: all.length - old.length, files, aside, counts, seed, behaviour, provedOn };
}

/** Of the throwaway database that is dumped. */
const LEAVE_OUT = { schemas: [REPLAY_LEDGER] };

/** A part of its own for each, or one for all. */
function partsOf(split: boolean, { schema, seed, constraints }: DumpedSchema): Part[] {
  if (!split) return [{ label: 'squashed', statements: [...schema, ...seed, ...constraints] }];
  return [
    { label: 'squashed_schema', statements: schema },
    { label: 'squashed_seed', statements: seed },
    { label: 'squashed_constraints', statements: constraints },
  ].filter(({ statements }) => statements.length > 0);
}

interface Proof {
  readonly source: Source & { readonly directory: string };
  readonly root: string;
  readonly aside: string;
  readonly all: readonly Migration[];
  readonly old: readonly Migration[];
  readonly seed: readonly string[];
  readonly exactRows: boolean;
  readonly control: Control;
}

/** Holds new files against what the old ones gave on the same server. @throws EngineError `SQUASH_DIFFERS` */
async function prove(
  scratch: Scratch,
  before: Replayed,
  proof: Proof,
  files: readonly SquashedFile[],
): Promise<{ behaviour: Behaviour; now: readonly Migration[]; after: Catalog }> {
  const { source, all, old, seed, exactRows, control } = proof;
  const now = await asWritten(proof, files);
  const after = await replayed(scratch, source.directory, now.slice(0, files.length), control);
  await expectSame(before.catalog, after.catalog, `up to version ${old.at(-1)!.version}`);
  if (exactRows) await expectSameRows(before.url, after.url, seed);
  const behaviour = await expectSameBehaviour(before, after, seed);
  const longWay = await continued(before.url, source.directory, all, control);
  const shortWay = await continued(after.url, source.directory, now, control);
  await expectSame(longWay, shortWay, 'after the migrations that follow');
  return { behaviour, now, after: after.catalog };
}

/** The directory as it would be, read from a copy. */
async function asWritten({ source, root, aside, old }: Proof, files: readonly SquashedFile[]): Promise<Migration[]> {
  const { directory } = source;
  const copy = await mkdtemp(join(tmpdir(), 'pawl-squash-'));
  try {
    await cp(join(root, directory), join(copy, directory), { recursive: true });
    await changeFiles(copy, directory, aside, old, files);
    return await discover(source, copy);
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}

/** The old files on a newer server; undefined where they use what it does not have any more. */
async function replayedWhereItCan(
  scratch: Scratch,
  directory: string,
  old: readonly Migration[],
  control: Control,
): Promise<Replayed | undefined> {
  try {
    return await replayed(scratch, directory, old, control);
  } catch (error) {
    if (error instanceof EngineError && error.code === 'SQL_FAILED') return undefined;
    throw error;
  }
}

/** From 18 on NOT NULL has a name, which survives a renamed column; an older pg_dump does not write it down. */
async function notNullNames(scratch: Scratch, before: Replayed, proof: Proof, files: readonly SquashedFile[]): Promise<string[]> {
  const now = (await asWritten(proof, files)).slice(0, files.length);
  const after = await replayed(scratch, proof.source.directory, now, proof.control);
  const differences = await compareCatalogs(before.catalog, after.catalog);
  const tables = new Map(after.catalog.objects.map((object) => [`${object.kind} ${object.identity}`, object.parent]));
  return differences
    .filter(({ kind, attribute, a, b }) => kind === 'column' && attribute === 'notNullName' && a && b)
    .map(({ identity, a, b }) => {
      const table = tables.get(`column ${identity}`)!.slice('table '.length);
      const rename = `ALTER TABLE ${table} RENAME CONSTRAINT ${identifier(textOf(b))} TO ${identifier(textOf(a))};`;
      return `DO $pawl$ BEGIN\n  IF current_setting('server_version_num')::int >= 180000 THEN\n    ${rename}\n  END IF;\nEND $pawl$;`;
    });
}

interface Replayed {
  readonly url: string;
  readonly catalog: Catalog;
}

async function replayed(
  scratch: Scratch,
  directory: string,
  migrations: readonly Migration[],
  control: Control,
): Promise<Replayed> {
  const url = await scratch.create();
  return { url, catalog: await continued(url, directory, migrations, control) };
}

async function continued(url: string, directory: string, migrations: readonly Migration[], control: Control): Promise<Catalog> {
  await replayMigrations(url, directory, migrations, control);
  return readDatabase(url, { ledgerSchema: REPLAY_LEDGER });
}

async function discover(source: Source, root: string): Promise<Migration[]> {
  const { migrations, faults } = await discoverMigrations(source, root);
  if (faults[0]) throw faults[0];
  return migrations;
}

function upTo(all: readonly Migration[], to: string, directory: string): Migration[] {
  const last = all.findIndex(({ version }) => version === to);
  if (last === -1) {
    throw impossible(
      `${directory} has no version ${to}`,
      `It has ${counted(all.length, 'version')}, from ${all[0]?.version ?? '-'} to ${all.at(-1)?.version ?? '-'}.`,
    );
  }
  const old = all.slice(0, last + 1);
  const versions = new Set(all.map(({ version }) => version));
  const isNumbered = (version: string): boolean =>
    /^\d+(\.\d+)*$/.test(version) || versions.has(versionOf(/^\d*/.exec(version)![0]));
  const odd = old.find(({ version, repeatable }) => !isNumbered(version) || repeatable);
  if (odd)
    throw impossible(
      `${odd.path} has no number as its version`,
      'Formats with a plan keep their own order; squash with their tool.',
    );
  return old;
}

/** @throws EngineError `SQUASH_ROWS` when a table has rows and nobody said what becomes of them */
async function seedTables({ url, catalog }: Replayed, { seed, withoutRows }: SquashRequest): Promise<string[]> {
  const filled = await withClient(url, 'pawl squash', (client) => tablesWithRows(client, catalog));
  const named = (names: readonly string[], table: string): boolean =>
    names.some((name) => ['all', table].includes(name) || `public.${name}` === table);
  const open = filled.filter((table) => !named(seed, table) && !named(withoutRows, table));
  if (open.length > 0) {
    throw new EngineError('SQUASH_ROWS', 'refused', `the old files leave rows in ${open.join(', ')}`, {
      next: `Say what becomes of them: --seed ${open[0]} keeps the rows of a table (--seed all: of every one), --without-rows ${open[0]} leaves them out. Nothing was changed.`,
    });
  }
  return filled.filter((table) => named(seed, table) && !withoutRows.includes(table));
}

async function expectSame(a: Catalog, b: Catalog, when: string): Promise<void> {
  const differences = await compareCatalogs(a, b);
  if (differences.length > 0) throw differs(`the schema differs ${when}: ${differences.map(sentence).join('; ')}`);
}

async function expectSameRows(urlA: string, urlB: string, seed: readonly string[]): Promise<void> {
  for (const table of seed) {
    const [a, b] = await Promise.all(
      [urlA, urlB].map((url) => withClient(url, 'pawl squash', (client) => rowsOf(client, table))),
    );
    if (a !== b) throw differs(`the rows of ${table} differ`);
  }
}

/** Without the rows that the new files leave out: a default key may be taken by one of them. */
async function expectSameBehaviour(a: Replayed, b: Replayed, seed: readonly string[]): Promise<Behaviour> {
  const tables = a.catalog.objects.filter(({ kind }) => kind === 'table').map(({ identity }) => identity);
  const probeOf = ({ url, catalog }: Replayed): Promise<Behaviour> =>
    withClient(url, 'pawl squash', async (client) => {
      const emptied = (await tablesWithRows(client, catalog)).filter((table) => !seed.includes(table));
      return probeTables(client, tables, emptied);
    });
  const [before, after] = [await probeOf(a), await probeOf(b)];
  const other = tables.filter((table) => before.get(table) !== after.get(table));
  if (other.length === 0) return after;
  throw differs(other.map((table) => `${table} behaves differently: ${before.get(table)}, now ${after.get(table)}`).join('; '));
}

const sentence = ({ kind, identity, change, attribute }: Difference): string =>
  `${kind} ${identity} ${change}${attribute === undefined ? '' : ` (${attribute})`}`;

function differs(message: string): EngineError {
  return new EngineError('SQUASH_DIFFERS', 'refused', message, {
    next: 'Nothing was changed. Squash up to another version, or report it.',
  });
}
