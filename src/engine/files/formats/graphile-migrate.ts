import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import type { EngineError } from '../../error.js';
import { canonicalText } from '../checksum.js';
import { collecting, fileFault, someFile } from '../file-fault.js';
import type { FormatOptions, Listing, MigrationFormat } from '../format.js';
import { within } from '../listing.js';
import { numbered, type Script } from '../numbered.js';

/** Facts: graphile/migrate's src/migration.ts (headers, chain), src/hash.ts, src/header.ts. */
const HEADER = /^--! ([A-Z][a-zA-Z0-9_]*)(?::(.*))?$/;

const FILE = /^(\d+)(?:-[-\w]*)?\.sql$/;
const read = numbered({ file: FILE, script });

/** What the tool fills in by itself, from its connection. */
const OWN_PLACEHOLDER = /:(DATABASE_NAME|DATABASE_OWNER)\b/g;

/** graphile-migrate's committed files, a chain of hashes; `current.sql` is work in progress and is not deployed. */
export const graphileMigrate: MigrationFormat = {
  name: 'graphile-migrate',
  tool: 'graphile-migrate',
  flat: true,
  chained: true,
  detects: (listing) => someFile(listing, /^(?:committed\/)?\d+(?:-[^/]*)?\.sql$/, /^--! Previous:/m),
  async read(listing, options) {
    const around = listing.files.some((file) => file.startsWith('committed/'));
    const committed = around ? within(listing, 'committed') : listing;
    const stray = around ? listing.files.filter((file) => /^[^/]+\.sql$/.test(file) && file !== 'current.sql') : [];
    const files = { ...committed, files: committed.files.filter((file) => /^\d/.test(file)) };
    const found = await read(files, options);
    return {
      ...found,
      faults: [...found.faults, ...(await checkChain(files))],
      passedOver: stray.map((file) => ({ file, why: 'it is not in committed/' })),
      leftOut: ['current.sql'],
    };
  },
};

interface Committed {
  readonly headers: ReadonlyMap<string, string>;
  /** Without the headers. */
  readonly body: string;
}

function parse(text: string): Committed {
  const lines = canonicalText(text).split('\n');
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, key, value = ''] = HEADER.exec(line) ?? [];
    if (key === undefined) break;
    headers.set(key, value.trim());
  }
  return { headers, body: `${lines.slice(headers.size).join('\n').trim()}\n` };
}

/** @throws EngineError `FILES_PLACEHOLDER`: in quotes it would go into the database as it stands */
function script(text: string, path: string, { placeholders }: FormatOptions): Script {
  for (const { 1: name, index } of text.matchAll(OWN_PLACEHOLDER)) {
    if (name! in placeholders) continue;
    throw fileFault(
      'FILES_PLACEHOLDER',
      [path, text.slice(0, index).split('\n').length],
      `the placeholder :${name} has no value`,
      `graphile-migrate takes it from its connection; here it is given in the stage: placeholders: { ${name}: ... }.`,
    );
  }
  return { sql: text, transaction: /^--!\s*no-transaction\b/.test(parse(text).body) ? 'none' : undefined };
}

/** Each file names the hash of the one before it; a broken chain means an edit, or two branches that committed the same number. */
async function checkChain(listing: Listing): Promise<EngineError[]> {
  const faults: EngineError[] = [];
  let before: string | undefined;
  const files = listing.files.filter((name) => FILE.test(name));
  for (const file of files.sort((a, b) => numberOf(a) - numberOf(b))) {
    const unreadable: EngineError[] = []; // Told where it was read as a migration.
    const text = await collecting(unreadable, () => listing.text(file));
    if (text === undefined) return faults;
    const path = posix.join(listing.directory, file);
    const { headers, body } = parse(text);
    const previous = headers.get('Previous');
    const hash = headers.get('Hash');
    if (previous === undefined || hash === undefined) {
      faults.push(
        fileFault(
          'FILES_FORMAT',
          path,
          'a committed migration without its Previous and Hash headers',
          'Commit it with `graphile-migrate commit`.',
        ),
      );
    } else if (previous !== (before ?? '-')) {
      faults.push(
        fileFault(
          'FILES_CHECKSUM',
          path,
          `it follows ${previous}, but the file before it is ${before ?? 'none'}`,
          'Uncommit and commit it again on top of the others: `graphile-migrate uncommit`.',
        ),
      );
    } else if (hash !== hashOf(body, before) && !headers.has('AllowInvalidHash')) {
      faults.push(
        fileFault(
          'FILES_CHECKSUM',
          path,
          'its text is not the one that was committed (the hash differs)',
          'Restore it; or, if the edit is meant, add a line `--! AllowInvalidHash` to its headers.',
        ),
      );
    }
    before = hash;
  }
  return faults;
}

const numberOf = (file: string): number => Number(FILE.exec(file)![1]);

function hashOf(body: string, previous: string | undefined): string {
  const text = `${`${previous ?? ''}\n${body.trim()}`.trim()}\n`;
  return `sha1:${createHash('sha1').update(text).digest('hex')}`;
}
