import { z } from 'zod';

/** A value that is read from the worker's environment, so that it never stands in a file or in Temporal's history. */
const fromEnvironment = z.strictObject({
  env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'expected the name of an environment variable'),
});

const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'expected a duration such as 500ms, 3s, 10m or 1d');

const identifier = z.string().min(1).max(63, 'PostgreSQL names have at most 63 bytes');

const webhook = z.strictObject({
  webhook: z.strictObject({
    url: fromEnvironment,
    headers: z.record(z.string(), fromEnvironment).optional(),
    timeout: duration.default('10s'),
  }),
});
const pgNotify = z.strictObject({ pgNotify: identifier });
const temporalSignal = z.strictObject({
  temporalSignal: z.strictObject({ workflowId: z.string().min(1), signal: z.string().min(1) }),
});
const healthy = z.strictObject({
  healthy: z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    within: duration.default('5m'),
    every: duration.default('2s'),
  }),
});
const dependent = z.union([webhook, pgNotify, temporalSignal, healthy]);

const migrationSource = z.union([
  z.string().min(1),
  z.strictObject({
    directory: z.string().min(1),
    format: z.string().optional(),
    late: z.enum(['apply', 'warn', 'fail']).optional(),
    placeholders: z.record(z.string(), z.union([z.string(), fromEnvironment])).optional(),
  }),
]);

const stage = z.union([
  z.strictObject({ migrate: migrationSource }),
  z.strictObject({
    exec: z.strictObject({
      name: z.string().min(1),
      command: z.array(z.string()).min(1),
      directory: z.string().optional(),
      environment: z.record(z.string(), z.union([z.string(), fromEnvironment])).optional(),
      timeout: duration.default('1h'),
    }),
  }),
  z.strictObject({ constraints: migrationSource }),
  z.strictObject({ assert: z.string().min(1) }),
  z.strictObject({ approve: z.strictObject({ name: z.string().min(1) }) }),
  z.strictObject({ signal: z.array(dependent).min(1) }),
]);

const target = z.strictObject({
  database: fromEnvironment,
  ledger: z.strictObject({ schema: identifier.default('pawl') }).default({ schema: 'pawl' }),
  adopt: z
    .strictObject({
      from: z.string().min(1),
      schema: identifier.optional(),
      table: identifier.optional(),
      columns: z.strictObject({ version: identifier, name: identifier.optional(), applied: identifier.optional() }).optional(),
      mirror: z.boolean().optional(),
      assume: z.array(z.string()).optional(),
      pending: z.array(z.string()).optional(),
    })
    .optional(),
  lockTimeout: duration.default('3s'),
  statementTimeout: duration.optional(),
  retryFor: duration.default('30m'),
  late: z.enum(['apply', 'warn', 'fail']).default('apply'),
  retired: z.array(z.string()).default([]),
  abortIfBlocking: z.strictObject({ sessions: z.int().min(1), for: duration }).optional(),
  showQueries: z.boolean().default(false),
  stages: z.array(stage).min(1),
});

/** The shape of `pawl.config.*`; `z.prettifyError` is not used, see ./load.ts for how a fault is worded. */
export const configSchema = z.strictObject({
  targets: z.record(z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, 'a target is named with letters, digits, _ . -'), target),
});

export type Config = z.output<typeof configSchema>;
export type ConfigInput = z.input<typeof configSchema>;
export type Target = z.output<typeof target>;
export type Stage = z.output<typeof stage>;
export type StageKind = 'migrate' | 'exec' | 'constraints' | 'assert' | 'approve' | 'signal';
export type MigrationSource = Exclude<z.output<typeof migrationSource>, string>;
export type Dependent = z.output<typeof dependent>;
export type Environment = z.output<typeof fromEnvironment>;

/** Types `pawl.config.ts` without changing it. */
export function defineConfig(config: ConfigInput): ConfigInput {
  return config;
}

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
  return sourceOf('migrate' in entry ? entry.migrate : entry.constraints).directory;
}

/** The long form of a migration directory. */
export function sourceOf(source: z.output<typeof migrationSource>): MigrationSource {
  return typeof source === 'string' ? { directory: source } : source;
}
