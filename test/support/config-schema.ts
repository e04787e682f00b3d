import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { configSchema } from '../../src/config/schema.js';
import { FORMATS } from '../../src/engine/files/formats.js';
import { LEGACY_TOOLS } from '../../src/engine/legacy/tools.js';

/** The parts of JSON Schema that our shapes use. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly additionalProperties?: Schema | false;
}

const DOCS = join(import.meta.dirname, '../../docs');

type Texts = ReadonlyMap<string, string>;

/** What a page says of each key, by its path below a target or a fleet. */
function textsOf(page: string): Texts {
  const rows = readFileSync(join(DOCS, page), 'utf8').matchAll(/^\| `([\w.]+)` \| .*? \| (.*?) \|$/gm);
  return new Map([...rows].map((row) => [row[1]!, plain(row[2]!)]));
}

/** Of keys that the pages tell in their headings, or by what is below them. */
const GROUPS: Readonly<Record<string, string>> = {
  $schema: 'This schema, for editors. Pawl passes it over.',
  environment:
    'Where this is, such as `staging`: a text or `{ env: NAME }`; without it PAWL_ENVIRONMENT says so, and without both there is none.',
  owners: 'Services and patterns of what they own, such as `shop: [customers, order*]`.',
  targets: 'What is deployed to, by name: each is one database, or one part of a database with a ledger of its own.',
  fleets: 'Many databases with the same files, by the name of the fleet.',
  env: 'Name of the environment variable.',
  command: 'A program and its arguments, without a shell; what it writes is the value.',
  password: 'Where the password alone comes from.',
  ledger: "Where Pawl's own tables are.",
  before: 'What the platform brings before the first migration, for throwaway databases. A deploy never runs it.',
  adopt: 'Takes over from the tool that ran here before.',
  'adopt.columns': 'For `from: table`: its columns.',
  abortIfBlocking: 'When a statement of ours is to give way.',
  backfill: 'The pace of backfills.',
  'backfill.stopWhile': 'What a backfill waits for to pass.',
  'notify.webhook': 'POSTs to an address.',
  exec: 'Runs a program.',
  approve: 'Waits for a person.',
  'signal.webhook': 'POSTs to an address.',
  'signal.temporalSignal': 'Signals a running workflow.',
  'signal.healthy': 'Waits until a service is healthy.',
  members: 'Where the members come from.',
  'members.query': 'From the rows of a registry.',
  'members.schemas': 'From the schemas of one database.',
  waves: 'In which order: a few members first, the rest when all is well.',
  'waves.stopAfter': 'When the wave begins no further members.',
  stopAfter: 'When no further members are begun.',
};

/** Markdown as a tooltip shows it. */
function plain(text: string): string {
  return text.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1');
}

/** Names that are looked up at run time. */
const KNOWN: Readonly<Record<string, readonly string[]>> = {
  'adopt.from': ['auto', 'table', ...LEGACY_TOOLS.map(({ name }) => name)],
  format: ['plain', 'supabase', 'golang-migrate', 'rails', 'ef-core', 'hasura', ...FORMATS.map(({ name }) => name)],
};

/** The schema of `pawl.config.json` and `.yaml`, each key with what the pages say of it. */
export function describedSchema(): Schema {
  const { properties, ...rest } = z.toJSONSchema(configSchema, { io: 'input' }) as Schema;
  const target = textsOf('configuration.md');
  const fleet = new Map([...target, ...textsOf('fleets.md')]);
  const schema = describe({ ...rest, properties: { $schema: { type: 'string' }, ...properties } }, '', (path) =>
    path.startsWith('fleets') ? fleet : target,
  );
  return { ...schema, description: 'Configuration of Pawl: what is deployed, to where, in which order.' };
}

function describe(schema: Schema, path: string, textsAt: (path: string) => Texts): Schema {
  const { properties, items, anyOf, additionalProperties, ...rest } = schema;
  const key = path.split('.').at(-1)!;
  const names = KNOWN[path] ?? (schema.type === 'string' ? KNOWN[key] : undefined);
  return {
    ...rest,
    ...(names && { enum: [...new Set(names)].sort() }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, property]) => {
          const below = pathOf(path, name);
          const texts = textsAt(below);
          const text = textOf(texts, below, name);
          const under = path === '' && name === 'fleets' ? () => texts : textsAt;
          return [name, { ...(text && { description: text }), ...describe(property, below, under) }];
        }),
      ),
    }),
    ...(items && { items: describe(items, path, textsAt) }),
    ...(anyOf && { anyOf: anyOf.map((part) => describe(part, path, textsAt)) }),
    ...(additionalProperties !== undefined && {
      additionalProperties: additionalProperties && describe(additionalProperties, '', textsAt),
    }),
  };
}

/** As the pages write it: stages are told by their kinds, unless a setting of the target has that name. */
function pathOf(path: string, name: string): string {
  return path === '' || (path === 'stages' && name !== 'backfill') ? name : `${path}.${name}`;
}

function textOf(texts: Texts, path: string, name: string): string | undefined {
  return (
    texts.get(path) ??
    texts.get(path.replace(/^(?:constraints|stages\.backfill)\./, 'migrate.')) ??
    GROUPS[path] ??
    (name === 'env' || name === 'command' ? GROUPS[name] : undefined)
  );
}

/** Keys without a description, by path. */
export function undescribed(schema: Schema, path = ''): string[] {
  const below = (part: Schema | false | undefined): string[] => (part ? undescribed(part, path) : []);
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) => [
      ...(property.description === undefined ? [`${path}.${name}`] : []),
      ...undescribed(property, `${path}.${name}`),
    ]),
    ...below(schema.items),
    ...(schema.anyOf ?? []).flatMap(below),
    ...below(schema.additionalProperties),
  ];
}
