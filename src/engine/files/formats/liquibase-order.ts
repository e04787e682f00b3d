import { posix } from 'node:path';
import { parse } from 'yaml';
import type { EngineError } from '../../error.js';
import { collecting, fileFault } from '../file-fault.js';
import type { Listing } from '../format.js';
import { isForPostgres } from './liquibase-changelog.js';

/** A changelog that is not SQL. */
export const isChangelog = /<databaseChangeLog\b|^[\s{]*"?databaseChangeLog"?\s*:/m;

export interface Order {
  readonly files: readonly string[];
  readonly properties: Readonly<Record<string, string>>;
  readonly faults: readonly EngineError[];
}

/** What a changelog says, in its order. */
type Entry = Readonly<Record<string, unknown>>;

/**
 * In which order the SQL files run: as the master changelog (XML, YAML, JSON) includes them; by name where there is none.
 */
export async function readOrder(listing: Listing): Promise<Order> {
  const faults: EngineError[] = [];
  const masters = new Map<string, readonly [string, Entry][]>();
  for (const file of listing.files.filter((name) => /\.(xml|ya?ml|json)$/.test(name))) {
    const entries = await collecting(faults, async () =>
      entriesOf(await listing.text(file), posix.join(listing.directory, file)),
    );
    if (entries) masters.set(file, entries);
  }
  if (masters.size === 0) return { files: listing.files.filter((file) => file.endsWith('.sql')), properties: {}, faults };
  const included = new Set(
    [...masters].flatMap(([file, entries]) => entries.flatMap(([kind, entry]) => resolve(listing, file, kind, entry))),
  );
  const order: Following = { listing, masters, seen: new Set(), files: [], properties: {}, faults };
  for (const root of masters.keys()) if (!included.has(root)) follow(order, root);
  const circle = [...masters.keys()].find((file) => !order.seen.has(file));
  if (circle !== undefined) faults.push(circular(posix.join(listing.directory, circle)));
  return order;
}

interface Following {
  readonly listing: Listing;
  readonly masters: ReadonlyMap<string, readonly [string, Entry][]>;
  /** Changelogs that are followed already. */
  readonly seen: Set<string>;
  readonly files: string[];
  readonly properties: Record<string, string>;
  readonly faults: EngineError[];
}

function follow(order: Following, file: string): void {
  if (order.seen.has(file)) return;
  order.seen.add(file);
  const path = posix.join(order.listing.directory, file);
  const entries = order.masters.get(file) ?? [];
  const others = new Set(entries.map(([kind]) => kind).filter((kind) => !['property', 'include', 'includeAll'].includes(kind)));
  if (others.size > 0) order.faults.push(unsupported(path, [...others]));
  for (const [kind, entry] of entries) {
    if (kind === 'property') addProperty(order.properties, entry);
    else if (others.has(kind)) continue;
    else if (word(entry['context'] ?? entry['contextFilter'] ?? entry['labels']) !== '') order.faults.push(filtered(path));
    else {
      const found = resolve(order.listing, file, kind, entry);
      if (found.length === 0) order.faults.push(lost(path, word(entry['file'] ?? entry['path'])));
      for (const next of found) {
        if (order.masters.has(next)) follow(order, next);
        else if (next.endsWith('.sql') && !order.files.includes(next)) order.files.push(next);
      }
    }
  }
}

/**
 * The files that an include means. Paths begin at a changelog, or at a root of Liquibase's search path that is not known here: then the
 * longest end of the path that is there counts.
 */
function resolve({ files }: Listing, from: string, kind: string, entry: Entry): string[] {
  if (kind !== 'include' && kind !== 'includeAll') return [];
  const written = word(entry[kind === 'include' ? 'file' : 'path'])
    .replace(/^classpath:/, '')
    .replace(/\/$/, '');
  const relative = word(entry['relativeToChangelogFile']) === 'true';
  const segments = posix.normalize(relative ? posix.join(posix.dirname(from), written) : written).split('/');
  const wanted = relative ? [segments.join('/')] : segments.map((_, index) => segments.slice(index).join('/'));
  for (const end of wanted) {
    const found =
      kind === 'include'
        ? files.filter((file) => file === end)
        : files.filter((file) => file !== from && file.startsWith(end === '.' ? '' : `${end}/`));
    if (found.length > 0) return found;
  }
  return [];
}

const RESTORE = 'Correct it; `liquibase validate` tells more.';

/** The children of `databaseChangeLog`; undefined where the file is something else. */
function entriesOf(text: string, path: string): [string, Entry][] | undefined {
  if (!isChangelog.test(text)) return undefined;
  if (path.endsWith('.xml')) {
    if (/<\/databaseChangeLog\s*>|<databaseChangeLog\b[^>]*\/>/.test(text)) return entriesOfXml(text);
    throw fileFault('FILES_FORMAT', path, 'it has no </databaseChangeLog>, so its end may be missing', RESTORE);
  }
  try {
    const { databaseChangeLog } = parse(text) as { databaseChangeLog?: unknown };
    return (Array.isArray(databaseChangeLog) ? (databaseChangeLog as Entry[]) : []).flatMap((item) =>
      Object.entries(item).map(([kind, value]): [string, Entry] => [
        kind,
        typeof value === 'object' && value !== null ? (value as Entry) : {},
      ]),
    );
  } catch (error) {
    throw fileFault('FILES_FORMAT', path, `it cannot be read: ${(error as Error).message.split('\n')[0]}`, RESTORE);
  }
}

function entriesOfXml(text: string): [string, Entry][] {
  const body = text.replace(/<!--[\s\S]*?-->|<\?[\s\S]*?\?>/g, '').replace(/^[\s\S]*?<databaseChangeLog\b[^>]*>/, '');
  // What is inside these is not looked at: they are refused as a whole.
  const outer = body.replace(/(<(changeSet|preConditions)\b[^>]*>)[\s\S]*?<\/\2>/g, '$1');
  return [...outer.matchAll(/<(\w+)\b([^>]*)>/g)].map(([, kind, attributes]) => [
    kind!,
    Object.fromEntries(
      [...attributes!.matchAll(/(\w+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)].map(([, name, double, single]) => [
        name!,
        double ?? single,
      ]),
    ),
  ]);
}

function addProperty(properties: Record<string, string>, entry: Entry): void {
  const name = word(entry['name']);
  if (name !== '' && !Object.hasOwn(properties, name) && isForPostgres(word(entry['dbms'])))
    properties[name] = word(entry['value']);
}

function word(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function unsupported(path: string, kinds: readonly string[]): EngineError {
  return fileFault(
    'FILES_UNSUPPORTED',
    path,
    `${kinds.join(', ')} in ${posix.extname(path).slice(1)}, and Pawl runs SQL`,
    'Write it as formatted SQL: `liquibase update-sql` shows the statements. Or run Liquibase in an `exec` stage.',
  );
}

function filtered(path: string): EngineError {
  return fileFault(
    'FILES_UNSUPPORTED',
    path,
    'an include that depends on a context or on labels, and Pawl runs all',
    'Give those files a directory of their own, as a stage of the targets that need them.',
  );
}

/** Begun from no changelog, and so never run. */
function circular(path: string): EngineError {
  return fileFault(
    'FILES_FORMAT',
    path,
    'it includes itself, by way of what it includes, so that no changelog is the first',
    'Take one of the includes out.',
  );
}

function lost(path: string, file: string): EngineError {
  return fileFault(
    'FILES_FORMAT',
    path,
    `it includes ${file}, which is not in the directory`,
    'Name the directory that holds the master changelog and all that it includes.',
  );
}
