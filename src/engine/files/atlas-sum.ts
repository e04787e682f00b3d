import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { EngineError } from '../error.js';
import { fileFault } from './file-fault.js';
import type { Listing } from './format.js';

const SUM = 'atlas.sum';

/** Atlas sums these up in another order. */
const FLYWAY = /(^|\/)(V\d|R__)[^/]*\.sql$/;

interface Entry {
  readonly file: string;
  readonly hash: string;
}

/**
 * Holds `atlas.sum` against the files, as Atlas does (NewHashFile, HashFile.Sum and Validate in its sql/migrate/dir.go): one running
 * SHA-256 over the names and contents, noted after each file, and one over the notes. Files whose line ends git has changed pass too.
 */
export async function checkAtlasSum(listing: Listing): Promise<EngineError[]> {
  if (!isSummed(listing)) return [];
  const path = posix.join(listing.directory, SUM);
  const { total, entries } = await notedIn(listing);
  if (total !== `h1:${totalOf(entries)}`) {
    return [
      fileFault(
        'FILES_CHECKSUM',
        path,
        'its first line does not fit the others: edited by hand, or merged from two branches',
        REHASH,
      ),
    ];
  }
  const asTheyAre = firstDifference(entries, await sumsOf(listing, entries, (bytes) => bytes));
  const withLf = firstDifference(
    entries,
    await sumsOf(listing, entries, (bytes) => Buffer.from(bytes.toString('latin1').replace(/\r\n/g, '\n'), 'latin1')),
  );
  if (asTheyAre === undefined || withLf === undefined) return [];
  return [
    fileFault(
      'FILES_CHECKSUM',
      posix.join(listing.directory, asTheyAre.file),
      `${asTheyAre.what} since ${SUM} was written`,
      REHASH,
    ),
  ];
}

/** Whether the directory has sums that can be made here: what Atlas sums up of Flyway's files is in an order of its own. */
export function isSummed(listing: Listing): boolean {
  return listing.files.includes(SUM) && !listing.files.some((file) => FLYWAY.test(file));
}

/** `atlas.sum` anew, as `atlas migrate hash` writes it. */
export async function atlasSum(listing: Listing): Promise<{ file: string; text: string }> {
  const entries = await sumsOf(listing, (await notedIn(listing)).entries, (bytes) => bytes);
  const lines = [`h1:${totalOf(entries)}`, ...entries.map(({ file, hash }) => `${file} h1:${hash}`)];
  return { file: SUM, text: `${lines.join('\n')}\n` };
}

async function notedIn(listing: Listing): Promise<{ total: string | undefined; entries: Entry[] }> {
  const [total, ...lines] = (await listing.text(SUM)).split(/\r?\n/).filter((line) => line !== '');
  const entries = lines.map((line): Entry => {
    const [, file = '', hash = ''] = /^(.*?) h1:(.*)$/.exec(line) ?? [];
    return { file, hash };
  });
  return { total, entries };
}

const REHASH = 'Restore what is there by mistake; if it is meant, run `atlas migrate hash`.';

function totalOf(entries: readonly Entry[]): string {
  const hash = createHash('sha256');
  for (const entry of entries) hash.update(entry.file).update(entry.hash);
  return hash.digest('base64');
}

async function sumsOf(listing: Listing, noted: readonly Entry[], form: (bytes: Buffer) => Buffer): Promise<Entry[]> {
  // Of golang-migrate's pairs Atlas takes the first of each only, if it was told that they are pairs.
  const summed = noted.length > 0 && noted.every(({ file }) => file.endsWith('.up.sql')) ? /^[^/]*\.up\.sql$/ : /^[^/]*\.sql$/;
  const hash = createHash('sha256');
  const entries: Entry[] = [];
  for (const file of listing.files.filter((name) => summed.test(name))) {
    const bytes = form(await listing.bytes(file));
    hash.update(file);
    if (/^[ -~]*atlas:sum +ignore/.test(bytes.toString('latin1'))) continue;
    entries.push({ file, hash: hash.update(bytes).copy().digest('base64') });
  }
  return entries;
}

function firstDifference(noted: readonly Entry[], found: readonly Entry[]): { file: string; what: string } | undefined {
  for (let i = 0; i < Math.max(noted.length, found.length); i++) {
    const [was, is] = [noted[i], found[i]];
    if (was && is?.file === was.file && is.hash === was.hash) continue;
    if (was && !found.some(({ file }) => file === was.file)) return { file: was.file, what: 'removed' };
    if (is && is.file === was?.file) return { file: is.file, what: 'edited' };
    return { file: (is ?? was)!.file, what: 'added' };
  }
  return undefined;
}
