import { posix } from 'node:path';
import type { EngineError } from '../../error.js';
import { collecting, fileFault } from '../file-fault.js';
import type { Discovered, FormatOptions, Listing, MigrationFormat } from '../format.js';
import { migrationFile } from '../migration-file.js';
import { canonicalVersion, compareVersions, type Migration } from '../migration.js';
import { fillFlyway } from './flyway-placeholders.js';
import { besideRust } from './refinery.js';

/** Facts: flyway-core's ResourceNameParser, with the default prefixes, separator and suffix. */
const NAME = /^(?:([VUB])(\d+(?:[._]\d+)*)(?:__.*)?|R__.*)\.sql$/;
/** Meant for Flyway, and misspelt: it would be passed over. */
const ALMOST = /^(?:[vub]\d|r_)/i;
const CALLBACK = /^(?:before|after|create)[A-Z].*\.sql$/;

interface Script {
  readonly file: string;
  readonly kind: 'V' | 'U' | 'B' | 'R';
  readonly version: string;
}

/** Flyway: `V1.2__what.sql`, repeatable `R__what.sql`, undo `U`, baseline `B`, in subdirectories too; `<file>.conf` beside a script. */
export const flyway: MigrationFormat = {
  name: 'flyway',
  tool: 'Flyway',
  detects: (listing) =>
    !besideRust(listing) &&
    listing.files.some((file) => /^(?:[VB]\d+(?:[._]\d+)*(?:__.*)?|R__.*)\.sql$/.test(posix.basename(file))),
  async read(listing, options) {
    const { scripts, faults } = readNames(listing);
    const of = (kind: Script['kind']): Script[] => scripts.filter((script) => script.kind === kind);
    const versioned = withBaseline(of('V'), of('B')).sort((a, b) => compareVersions(a.version, b.version));
    const repeatable = of('R').sort((a, b) => (a.version < b.version ? -1 : 1));
    const undo = new Map(of('U').map((script) => [script.version, script.file]));
    const found: Discovered = { migrations: [], faults };
    for (const script of [...versioned, ...repeatable]) {
      const down = undo.get(script.version);
      undo.delete(script.version);
      const read = await collecting(found.faults, () => readScript(listing, options, script, down));
      if (!read) continue;
      found.migrations.push(read.migration);
      found.faults.push(...read.faults);
    }
    for (const file of undo.values()) found.faults.push(lonelyUndo(posix.join(listing.directory, file)));
    // Those that newer files have made needless.
    return { ...found, leftOut: of('B').map(({ file }) => file) };
  },
};

function readNames(listing: Listing): { scripts: Script[]; faults: EngineError[] } {
  const scripts: Script[] = [];
  const faults: EngineError[] = [];
  for (const file of listing.files.filter((name) => name.endsWith('.sql'))) {
    const name = posix.basename(file);
    const match = NAME.exec(name);
    const kind = (match?.[1] ?? 'R') as Script['kind'];
    const path = posix.join(listing.directory, file);
    if (match) scripts.push({ file, kind, version: match[2] ? canonicalVersion(match[2]) : name.slice(0, -'.sql'.length) });
    else if (CALLBACK.test(name)) faults.push(callback(path));
    else if (ALMOST.test(name)) faults.push(badName(path));
  }
  return { scripts, faults };
}

/** A baseline stands for the files up to its version. Where those are still there, running them comes to the same. */
function withBaseline(versioned: readonly Script[], baselines: readonly Script[]): Script[] {
  const standing = baselines
    .filter((baseline) => versioned.every((script) => compareVersions(script.version, baseline.version) > 0))
    .sort((a, b) => compareVersions(a.version, b.version));
  return [...standing.slice(-1), ...versioned];
}

async function readScript(
  listing: Listing,
  { placeholders }: FormatOptions,
  { file, kind, version }: Script,
  down: string | undefined,
): Promise<{ migration: Migration; faults: EngineError[] }> {
  const text = await listing.text(file);
  const settings = await readSettings(listing, file);
  const fill = (sql: string, of: string): string =>
    settings.get('placeholderreplacement') === 'false' ? sql : fillFlyway(sql, posix.join(listing.directory, of), placeholders);
  return migrationFile(
    listing,
    {
      version,
      name: posix.basename(file),
      file,
      text,
      sql: fill(text, file),
      transaction: settings.get('executeintransaction') === 'false' ? 'none' : undefined,
      repeatable: kind === 'R',
      down: down === undefined ? undefined : { file: down, sql: fill(await listing.text(down), down) },
    },
    // Those with a value are filled in; what is left open is told from what runs.
    { placeholders: Object.fromEntries(Object.entries(placeholders).filter(([, value]) => value === undefined)) },
  );
}

/** `executeInTransaction` and its kin from the file's `.conf`. @throws EngineError `FILES_UNSUPPORTED` where the script runs only at times */
async function readSettings(listing: Listing, file: string): Promise<Map<string, string>> {
  const conf = `${file}.conf`;
  if (!listing.files.includes(conf)) return new Map();
  const lines = (await listing.text(conf)).matchAll(/^\s*([\w.]+)\s*=\s*(.*?)\s*$/gm);
  const settings = new Map([...lines].map(([, key, value]) => [key!.toLowerCase(), value!.toLowerCase()]));
  const condition = settings.get('shouldexecute') ?? 'true';
  if (condition !== 'true') {
    throw fileFault(
      'FILES_UNSUPPORTED',
      posix.join(listing.directory, conf),
      'shouldExecute makes the script run only at times',
      'Write the condition in SQL (a DO block), or give the script to a stage of the targets that need it.',
    );
  }
  return settings;
}

function badName(path: string): EngineError {
  return fileFault(
    'FILES_BAD_NAME',
    path,
    'not a name that Flyway knows',
    'Name it V<version>__<what it does>.sql or R__<what it does>.sql, with two underscores; or move it elsewhere.',
  );
}

function callback(path: string): EngineError {
  return fileFault(
    'FILES_UNSUPPORTED',
    path,
    'a callback of Flyway',
    'Put its SQL into a repeatable migration (R__...), an `assert` stage or an `exec` stage, and move the file elsewhere.',
  );
}

function lonelyUndo(path: string): EngineError {
  return fileFault(
    'FILES_BAD_NAME',
    path,
    'an undo script without its versioned script',
    `Add V${posix.basename(path).slice(1)}, or remove it.`,
  );
}
