import { isDeepStrictEqual } from 'node:util';
import { DURATION } from '../../src/text/duration.js';
import type { Schema } from './config-schema.js';

/** Types that have a name of their own, by their key, and what they are. */
const NAMED: Readonly<Record<string, readonly [name: string, doc: string]>> = {
  targets: ['TargetInput', 'What is deployed to: one database, or one part of it.'],
  fleets: ['FleetInput', 'Many databases with the same files.'],
  settings: ['SettingsInput', 'What targets and fleets have in common.'],
  notify: ['NotificationInput', 'Who is told of what: exactly one of slack, webhook and command.'],
  stages: ['StageInput', 'A step of the pipeline: exactly one of these.'],
  signal: ['DependentInput', 'Somebody to tell: exactly one of these.'],
  migrate: ['SourceInput', 'A directory of migrations.'],
  constraints: ['SourceInput', 'A directory of migrations.'],
  before: ['BeforeInput', 'What the platform brings.'],
  adopt: ['AdoptInput', 'The tool that ran here before.'],
  members: ['MembersInput', 'Where the members of a fleet come from: exactly one of these.'],
  waves: ['WaveInput', 'Members that go together.'],
  stopAfter: ['StopAfterInput', 'When no further members are begun.'],
};

const WRITTEN = '// Written by test/unit/config/schema-file.test.ts from the schema and the pages in docs/.';

const HEAD = `/** A length of time, such as \`500ms\`, \`3s\`, \`1.5h\` or \`1d\`. */
export type Duration = \`\${number}\${'ms' | 's' | 'm' | 'h' | 'd'}\`;

/** The value of an environment variable, read where it is used. */
export interface FromEnvironment {
  readonly env: string;
}

/** What a program writes: its name and its arguments. */
export interface FromCommand {
  readonly command: readonly string[];
}

/** Exactly one of the keys. */
export type OneOf<T> = { [K in keyof T]: Pick<T, K> & { readonly [Other in Exclude<keyof T, K>]?: never } }[keyof T];`;

/** What stands in a file of its own, `parts`: what targets and fleets have in common. */
const PARTS = [
  'StageInput',
  'DependentInput',
  'SourceInput',
  'AdoptInput',
  'BeforeInput',
  'Duration',
  'FromEnvironment',
  'FromCommand',
  'OneOf',
];

/** The types of `defineConfig`, written from the schema: with documentation on each key, and without the library that checks it. */
export function configTypes(schema: Schema): { readonly input: string; readonly parts: string } {
  const named = new Map<string, string>();
  const root = type(sharing(schema), '', named);
  const types = [...named].map(
    ([name, text]) => [NAMED[name]![0], `/** ${NAMED[name]![1]} */\nexport type ${NAMED[name]![0]} = ${text};`] as const,
  );
  const all = [...new Map(types.reverse())];
  const texts = (inParts: boolean): string[] => all.filter(([name]) => PARTS.includes(name) === inParts).map(([, text]) => text);
  const config = `/** What \`defineConfig\` takes. */\nexport type ConfigInput = ${root};`;
  const body = [...texts(false), config].join('\n\n');
  const used = PARTS.filter((name) => new RegExp(`\\b${name}\\b`).test(body));
  return {
    input: `${WRITTEN}\n\nimport type { ${used.join(', ')} } from './input-parts.js';\n\n${body}`,
    parts: [WRITTEN, HEAD, ...texts(true)].join('\n\n'),
  };
}

/** The schema with the settings that targets and fleets have in common beside those of their own. */
function sharing({ properties, ...rest }: Schema): Schema {
  const [targets, fleets] = [properties!['targets']!, properties!['fleets']!];
  const [target, fleet] = [targets, fleets].map(({ additionalProperties }) => additionalProperties as Schema) as [Schema, Schema];
  const isShared = (key: string): boolean =>
    isDeepStrictEqual(target.properties?.[key], fleet.properties?.[key]) &&
    target.required?.includes(key) === fleet.required?.includes(key);
  const split = (schema: Schema): Schema => ({
    allOf: [only(target, isShared), only(schema, (key) => !isShared(key))],
  });
  return {
    ...rest,
    properties: {
      ...properties,
      targets: { ...targets, additionalProperties: split(target) },
      fleets: { ...fleets, additionalProperties: split(fleet) },
    },
  };
}

/** An object with some of its properties. */
function only({ properties, ...rest }: Schema, wanted: (key: string) => boolean): Schema {
  return { ...rest, properties: Object.fromEntries(Object.entries(properties!).filter(([key]) => wanted(key))) };
}

/** @param key of the property that holds it */
function type(schema: Schema, property: string, named: Map<string, string>): string {
  // A stage of backfills is a directory; the pace of backfills is not.
  const key = property === 'backfill' && schema.anyOf ? 'migrate' : property;
  if (schema.type === 'array') return `readonly (${type(schema.items!, key, named)})[]`;
  if (schema.type === 'object' && !schema.properties)
    return `Readonly<Record<string, ${type(schema.additionalProperties as Schema, key, named)}>>`;
  if (!(key in NAMED) || !(schema.properties ?? schema.anyOf ?? schema.allOf)) return written(schema, named);
  if (!named.has(key)) named.set(key, written(schema, named));
  return NAMED[key]![0];
}

function written(schema: Schema, named: Map<string, string>): string {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.allOf && schema.type === undefined)
    return schema.allOf.map((part, index) => type(part, index === 0 ? 'settings' : '', named)).join(' & ');
  if (schema.anyOf) return union(schema.anyOf, named);
  if (schema.properties) return object(schema.properties, schema.required, named);
  if (schema.pattern === DURATION.source) return 'Duration';
  return [schema.type ?? 'unknown']
    .flat()
    .map((name) => (name === 'integer' ? 'number' : name))
    .join(' | ');
}

/** Of objects that differ in one key each, exactly one of those; the keys beside it are those of all. */
function union(parts: readonly Schema[], named: Map<string, string>): string {
  const own = parts.map(({ properties = {} }) =>
    Object.entries(properties).filter(([key]) => !parts.every((part) => part.properties?.[key])),
  );
  if (!own.every((entries) => entries.length === 1)) return parts.map((part) => type(part, '', named)).join(' | ');
  const kinds = Object.fromEntries(own.flat());
  const beside = only(parts[0]!, (key) => !(key in kinds));
  const common = Object.keys(beside.properties!).length === 0 ? '' : `${object(beside.properties!, beside.required, named)} & `;
  return `${common}OneOf<${object(kinds, Object.keys(kinds), named)}>`;
}

function object(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[] = [],
  named: Map<string, string>,
): string {
  const keys = Object.keys(properties).join();
  if (keys === 'env') return 'FromEnvironment';
  if (keys === 'command') return 'FromCommand';
  const members = Object.entries(properties).map(([key, property]) => {
    const doc = `/** ${property.description ?? ''}${fallback(property)} */`;
    const text = type(property, key, named);
    return `${doc}\nreadonly ${key}${required.includes(key) ? `: ${text}` : `?: ${text} | undefined`};`;
  });
  return `{\n${members.join('\n')}\n}`;
}

function fallback({ default: value }: Schema): string {
  return ['string', 'number', 'boolean'].includes(typeof value) ? ` Default: \`${value as string | number | boolean}\`.` : '';
}
