import { milliseconds } from '../../../text/duration.js';
import type { Directive } from '../migration.js';

/** What `-- pawl:backfill <table> by <key> [option=value ...]` says. */
export interface BackfillDirective {
  readonly schema: string | undefined;
  readonly table: string;
  /** Columns of a unique key, in the order of its index. */
  readonly key: readonly string[];
  readonly line: number;
  readonly options: BackfillOptions;
}

/** What one file wants otherwise than the target. */
export interface BackfillOptions {
  /** Milliseconds that a batch is to take. */
  readonly batch?: number;
  /** Rest after a batch, as a share of the time that it took. */
  readonly pace?: number;
  /** Changed rows between two VACUUM; 0 for none. */
  readonly vacuumEvery?: number;
  /** What is taken as harmless although it may see other batches' work. */
  readonly allow?: readonly Allowance[];
}

export type Allowance = 'functions' | 'triggers';

const NAME = String.raw`(?:"(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`;
const DIRECTIVE = new RegExp(
  String.raw`^(?:(?<schema>${NAME})\s*\.\s*)?(?<table>${NAME})\s+by\s+(?<key>${NAME}(?:\s*,\s*${NAME})*|\(\s*${NAME}(?:\s*,\s*${NAME})*\s*\))(?<options>(?:\s+\w+=\S+)*)$`,
  'iu',
);

/** What is expected, for whoever wrote something else. */
export const EXPECTED =
  '-- pawl:backfill <table> by <key column>[, <key column>] [batch=250ms] [pace=0.25] [vacuum=500000|never] [allow=functions,triggers]';

/** Reads a directive. @returns undefined where it is not of the form {@link EXPECTED} */
export function readBackfillDirective({ argument, line }: Directive): BackfillDirective | undefined {
  const { schema, table, key, options = '' } = DIRECTIVE.exec(argument)?.groups ?? {};
  if (table === undefined || key === undefined) return undefined;
  const read = readOptions(options);
  if (!read) return undefined;
  const columns = [...key.matchAll(new RegExp(NAME, 'gu'))].map(([name]) => folded(name));
  return { schema: schema === undefined ? undefined : folded(schema), table: folded(table), key: columns, line, options: read };
}

/** A name as PostgreSQL keeps it: in lower case, unless it is quoted. */
const folded = (name: string): string => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name.toLowerCase());

function readOptions(text: string): BackfillOptions | undefined {
  const read: { batch?: number; pace?: number; vacuumEvery?: number; allow?: Allowance[] } = {};
  for (const [, name, value = ''] of text.matchAll(/(\w+)=(\S+)/g)) {
    if (name === 'batch' && /^\d+(?:ms|s)$/.test(value) && milliseconds(value) > 0) read.batch = milliseconds(value);
    else if (name === 'pace' && /^\d+(?:\.\d+)?$/.test(value)) read.pace = Number(value);
    else if (name === 'vacuum' && /^(?:never|[1-9]\d*)$/.test(value)) read.vacuumEvery = value === 'never' ? 0 : Number(value);
    else if (name === 'allow' && /^(?:functions|triggers)(?:,(?:functions|triggers))*$/.test(value))
      read.allow = value.split(',') as Allowance[];
    else return undefined;
  }
  return read;
}
