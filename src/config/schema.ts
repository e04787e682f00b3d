import * as z from 'zod';
import { MOST_APPROVERS, MOST_NAMED } from '../contract/approval.js';
import { NAME as LONGEST_NAME } from '../contract/bounded.js';
import { OCCASIONS } from '../contract/notification.js';
import { backfill } from './backfill.js';
import { duration, durationFrom } from './duration.js';
import { fleetShape } from './fleet-shape.js';
import { closed } from './unknown-key.js';
import { oneKey } from './one-key.js';

/** Shown instead of the value that was found: it may be a password. */
export const SECRET = 'passwords and addresses belong in the environment; expected { env: NAME_OF_VARIABLE }';

/** The same for what only a program gives. */
export const SECRET_OF_A_PROGRAM = 'a password does not stand in a file; expected { command: [program, argument, ...] }';

/** A value that is read from the worker's environment, so that it never stands in a file or in Temporal's history. */
const fromEnvironment = z.strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, SECRET) }, { error: () => SECRET });

const identifier = z
  .string()
  .refine((name) => name.length > 0 && Buffer.byteLength(name) <= 63, 'expected a PostgreSQL name of 1 to 63 bytes');

/** One that we may make: PostgreSQL keeps `pg_...` for itself, and what lies in `pg_temp` is gone with the session. */
const ledgerSchema = identifier.refine(
  (name) => !/^(pg_|information_schema$)/.test(name),
  'expected a schema of your own: PostgreSQL keeps pg_... and information_schema for itself',
);

/** A program and its arguments. */
const words = z
  .array(z.string())
  .min(1)
  .refine(([program]) => program !== '', 'expected the name of a program first');

const receiver = closed({
  url: fromEnvironment,
  headers: z.record(z.string(), fromEnvironment).optional(),
  timeout: duration.default('10s'),
});
const webhook = closed({ webhook: receiver });
const pgNotify = closed({ pgNotify: identifier });
const temporalSignal = closed({
  temporalSignal: closed({ workflowId: z.string().min(1), signal: z.string().min(1) }),
});
const healthy = closed({
  healthy: closed({
    url: z.url({ protocol: /^https?$/ }).refine((url) => {
      const parsed = URL.parse(url);
      return parsed === null || (parsed.username === '' && parsed.password === '');
    }, 'expected an address without a user or password: it is shown in plans and logs'),
    within: duration.default('5m'),
    every: duration.default('2s'),
  }),
});
const dependent = z.union([webhook, pgNotify, temporalSignal, healthy], {
  error: oneKey('a dependent', ['webhook', 'pgNotify', 'temporalSignal', 'healthy']),
});

const textOrEnvironment = z.union([z.string(), fromEnvironment], { error: 'expected a text or { env: NAME_OF_VARIABLE }' });

const migrationSource = z.union(
  [
    z.string().min(1),
    closed({
      directory: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], {
        error: 'expected a directory, or a list of directories',
      }),
      format: z.string().optional(),
      identity: z.enum(['version', 'name']).optional(),
      late: z.enum(['apply', 'warn', 'fail']).optional(),
      placeholders: z.record(z.string(), textOrEnvironment).optional(),
      unwrap: z.boolean().optional(),
    }),
  ],
  { error: 'expected a directory such as migrations/schema, or { directory: ... }' },
);

const STAGES = ['migrate', 'exec', 'constraints', 'backfill', 'assert', 'approve', 'signal'] as const;

const stage = z.union(
  [
    closed({ migrate: migrationSource }),
    closed({
      exec: closed({
        name: z.string().min(1),
        command: words,
        directory: z.string().optional(),
        environment: z.record(z.string(), textOrEnvironment).optional(),
        timeout: duration.default('1h'),
      }),
    }),
    closed({ constraints: migrationSource }),
    closed({ backfill: migrationSource }),
    closed({ assert: z.string().min(1) }),
    closed({
      approve: closed({
        name: z.string().min(1),
        of: z.int().min(1).max(MOST_APPROVERS).optional(),
        by: z.array(z.string().min(1).max(LONGEST_NAME)).min(1).max(MOST_NAMED).optional(),
        notBy: z.literal('starter').optional(),
        within: duration.optional(),
        allowedSigners: z.string().min(1).optional(),
      }),
    }),
    closed({ signal: z.array(dependent).min(1) }),
  ],
  { error: oneKey('a stage', STAGES) },
);

/** A program and its arguments; its first line of output is a secret. */
const command = closed({ command: words }, SECRET_OF_A_PROGRAM);

/** Where the connection string comes from. */
const database = z.union([fromEnvironment, command], { error: () => SECRET });

const before = closed({
  platform: z.enum(['supabase']).optional(),
  roles: z.array(identifier).default([]),
  schemas: z.array(identifier).default([]),
  extensions: z
    .array(
      z.union([identifier, closed({ name: identifier, schema: identifier })], {
        error: 'expected the name of an extension, or { name: ..., schema: ... }',
      }),
    )
    .default([]),
  sql: z.array(z.string().min(1)).default([]),
});

const occasion = { on: z.array(z.enum(OCCASIONS)).min(1), after: duration.optional() };

const notification = z.union(
  [
    closed({ ...occasion, slack: fromEnvironment }),
    closed({ ...occasion, webhook: receiver }),
    closed({ ...occasion, command: words }),
  ],
  { error: oneKey('a notification', ['slack', 'webhook', 'command'], Object.keys(occasion)) },
);

const target = closed({
  database,
  password: command.optional(),
  role: identifier.optional(),
  ledger: closed({ schema: ledgerSchema.default('pawl'), owner: identifier.optional() }).default({ schema: 'pawl' }),
  before: before.optional(),
  adopt: z
    .strictObject({
      from: z.string().min(1),
      schema: identifier.optional(),
      table: identifier.optional(),
      columns: closed({ version: identifier, name: identifier.optional(), applied: identifier.optional() }).optional(),
      mirror: z.boolean().optional(),
      assume: z.array(z.string()).optional(),
      pending: z.union([z.array(z.string()), z.literal('all')], { error: 'expected a list of versions, or all' }).optional(),
    })
    .optional(),
  lockTimeout: duration.default('3s'),
  statementTimeout: duration.optional(),
  retryFor: durationFrom('0s').default('30m'),
  late: z.enum(['apply', 'warn', 'fail']).default('apply'),
  retired: z
    .union([z.array(z.string()), closed({ before: z.string().min(1), versions: z.array(z.string()).default([]) })], {
      error: 'expected a list of versions, or { before: version }',
    })
    .default([]),
  owner: z.string().min(1).optional(),
  abortIfBlocking: closed({ sessions: z.int().min(1), for: duration }).optional(),
  backfill: backfill.optional(),
  showQueries: z.boolean().default(false),
  notify: z.array(notification).min(1).optional(),
  stages: z.array(stage).min(1),
});

/** Names of targets and fleets are parts of workflow ids. */
const name = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, 'expected a name of letters, digits, _ . -');

/** What a fleet has in common with a target; where the members are, and their ledgers, is said by templates. */
const common = target.omit({ database: true, ledger: true }).shape;

const fleet = fleetShape({ target: common, duration, fromEnvironment, command, secret: SECRET });

/** Names of environments are parts of workflow ids and queues. */
export const ENVIRONMENT_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/;

/** The shape of `pawl.config.*`; ./fault.ts words what does not fit. */
export const configSchema = closed({
  environment: z
    .union([z.string().regex(ENVIRONMENT_NAME, 'expected a name of letters, digits, _ . -'), fromEnvironment], {
      error: 'expected a name such as production, or { env: NAME_OF_VARIABLE }',
    })
    .optional(),
  owners: z.record(z.string().min(1), z.array(z.string().min(1))).default({}),
  targets: z.record(name, target).default({}),
  fleets: z.record(name, fleet).default({}),
});

export type Config = z.output<typeof configSchema>;
export type Target = z.output<typeof target>;
export type Fleet = z.output<typeof fleet>;
export type Wave = Fleet['waves'][number];

/** What a target is deployed with; of a fleet's members with the templates that their values fill. */
export interface MemberTarget extends Target {
  /** The search path, where it is not that of the address. */
  readonly schema?: readonly string[] | undefined;
}
export type Before = z.output<typeof before>;
export type Stage = z.output<typeof stage>;
export type StageKind = (typeof STAGES)[number];
export type MigrationSource = Exclude<z.output<typeof migrationSource>, string>;
export type Dependent = z.output<typeof dependent>;
export type Notification = z.output<typeof notification>;

/** The kind of a stage is its one key. */
export function stageKind(entry: Stage): StageKind {
  return Object.keys(entry)[0] as StageKind;
}

/** What a person calls a stage: its own name where it has one, else its directory or kind. */
export function stageName(entry: Stage): string {
  if ('exec' in entry) return entry.exec.name;
  if ('approve' in entry) return entry.approve.name;
  if ('assert' in entry) return entry.assert;
  if ('signal' in entry) return 'signal';
  return directoriesOf(recordedFiles(entry)!).join(', ');
}

/** Where the files of a stage lie that the ledger records; undefined for a stage of another kind. */
export function recordedFiles(entry: Stage): MigrationSource | undefined {
  if ('migrate' in entry) return sourceOf(entry.migrate);
  if ('backfill' in entry) return sourceOf(entry.backfill);
  return 'constraints' in entry ? sourceOf(entry.constraints) : undefined;
}

/** The directories of a stage; their files have one order. */
export function directoriesOf(source: z.output<typeof migrationSource>): readonly string[] {
  return [sourceOf(source).directory].flat();
}

/** The long form of a migration directory. */
export function sourceOf(source: z.output<typeof migrationSource>): MigrationSource {
  return typeof source === 'string' ? { directory: source } : source;
}
