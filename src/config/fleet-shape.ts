import * as z from 'zod';
import { closed } from './unknown-key.js';
import { oneKey } from './one-key.js';
import { PLACEHOLDER } from './fill.js';

/** The parts of a target's shape that a fleet's are made of. */
export interface Parts<Target extends z.core.$ZodLooseShape> {
  readonly target: Target;
  readonly duration: z.ZodType<string, string>;
  readonly fromEnvironment: z.ZodType<{ env: string }, { env: string }>;
  readonly command: z.ZodType<{ command: string[] }, { command: string[] }>;
  /** Says that an address does not stand in the configuration. */
  readonly secret: string;
}

/** Names of members are parts of workflow ids, as those of targets. */
export const MEMBER_NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,99}$/;

const template = z
  .string()
  .regex(new RegExp(`^(?:${PLACEHOLDER.source}|[^{}])+$`), 'expected text with {column} for what differs between members');

/** A value of a member: what a registry has in a column. */
const value = z.union([z.string(), z.number(), z.boolean()], { error: 'expected text, a number, true or false' });

const unreachable = z.enum(['fail', 'wait', 'skip']);

const stopAfter = closed({
  failed: z.int().min(1).optional(),
  percent: z.number().gt(0).max(100).optional(),
});

/** The shape of an entry of `fleets`: a target's settings, with templates where members differ, its members, and its waves. */
export function fleetShape<Target extends z.core.$ZodLooseShape>({
  target,
  duration,
  fromEnvironment,
  command,
  secret,
}: Parts<Target>) {
  const variable = closed({
    env: z.string().regex(new RegExp(`^(?:[A-Za-z_]|${PLACEHOLDER.source})(?:[A-Za-z0-9_]|${PLACEHOLDER.source})*$`), secret),
  });
  const database = z.union([variable, command], { error: () => secret });
  const registry = z.union([fromEnvironment, command], { error: () => secret });
  const members = z.union(
    [
      closed({
        list: z.array(z.union([z.string(), z.record(z.string(), value)], { error: 'expected a name, or { name: ..., ... }' })),
      }),
      closed({ file: z.string().min(1) }),
      command,
      closed({ query: closed({ database: registry, sql: z.string().min(1) }) }),
      closed({ schemas: closed({ database: registry, like: z.string().min(1) }) }),
    ],
    { error: oneKey('where the members come from', ['list', 'file', 'command', 'query', 'schemas']) },
  );
  const wave = closed({
    name: z.string().min(1).max(60),
    match: z.record(z.string(), z.union([value, z.array(value)], { error: 'expected a value, or a list of values' })).optional(),
    limit: z.int().min(1).optional(),
    orderBy: z.string().min(1).optional(),
    parallel: z.int().min(1).max(1_000).optional(),
    approve: z.boolean().default(false),
    soak: duration.optional(),
    healthy: z.url({ protocol: /^https?$/ }).optional(),
    healthyWithin: duration.optional(),
    assert: z.string().min(1).optional(),
    stopAfter: stopAfter.optional(),
  });
  return closed({
    ...target,
    database: database.optional(),
    ledger: closed({ schema: template.optional(), owner: template.optional() }).default({}),
    schema: z.union([template, z.array(template).min(1)], { error: 'expected a schema, or a list of them' }).optional(),
    members,
    waves: z.array(wave).default([]),
    parallel: z.int().min(1).max(1_000).default(8),
    perServer: z.int().min(1).optional(),
    stopAfter: stopAfter.optional(),
    unreachable: unreachable.default('fail'),
  });
}
