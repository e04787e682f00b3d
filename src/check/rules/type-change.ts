import type { ColumnDef } from '@pgsql/types';
import { factKey, type ColumnFacts, type RelationFacts } from '../facts/facts.js';
import { strings } from '../facts/named.js';
import type { StatementTrace, Work } from '../trace/statement-trace.js';

/** Oids of pg_type.dat, the same on every server. */
const [VARCHAR, BPCHAR, BIT, VARBIT, NUMERIC, TIME, TIMESTAMP, TIMESTAMPTZ, TIMETZ, INTERVAL] = [
  '1043',
  '1042',
  '1560',
  '1562',
  '1700',
  '1083',
  '1114',
  '1184',
  '1266',
  '1186',
];
const VARHDRSZ = 4;
const MAX_SECONDS_DIGITS = 6;

/**
 * What ALTER COLUMN ... TYPE does to the rows, by the rules of ATColumnChangeRequiresRewrite and of the length-coercion functions'
 * planner support in PostgreSQL.
 */
export function workOfTypeChange(
  column: ColumnFacts,
  to: ColumnDef,
  relation: RelationFacts,
  trace: StatementTrace,
  utc: boolean,
): Work | undefined {
  if (requiresRewrite(column, to, trace, utc)) return 'rewrite';
  const mine = relation.indexes.filter((index) => index.columns.includes(column.name) || index.definition.includes(column.name));
  if (mine.some((index) => index.partial || index.columns.includes(null))) return 'index build';
  const checked = relation.constraints.some(({ type, columns }) => type === 'c' && columns.includes(column.name));
  return checked ? 'scan' : undefined;
}

function requiresRewrite(
  column: ColumnFacts,
  { typeName, raw_default: using }: ColumnDef,
  { facts }: StatementTrace,
  utc: boolean,
): boolean {
  const names = strings(typeName?.names ?? []);
  const target = facts.types.get(factKey(names));
  if (!target || (using && !isColumnItself(using, column.name, names))) return true;
  const array = (typeName?.arrayBounds?.length ?? 0) > 0;
  const to = array ? target.array : target.baseType;
  const written = modifierOf(target.baseType, typeName?.typmods ?? []);
  const modifier = target.kind === 'd' ? target.modifier : written;
  if (column.declared === (array ? target.array : target.oid) && column.modifier === written) return false;
  if (target.constrained || array) return true;
  if (to === column.type) return !keepsModifier(to, column.modifier, modifier);
  // A conversion has no length of its own; a new one is always checked then, unless it is the longest.
  if (isPair(column.type, to, TIMESTAMP, TIMESTAMPTZ)) return !utc || !keepsModifier(to, -1, modifier);
  return !target.sameBytesAs.includes(column.type) || !keepsModifier(to, -1, modifier);
}

/** USING the column, bare or cast to the very type, says nothing new. */
function isColumnItself(using: unknown, column: string, type: readonly string[]): boolean {
  const { ColumnRef: reference, TypeCast: cast } = using as {
    ColumnRef?: { fields?: unknown[] };
    TypeCast?: { arg?: unknown; typeName?: { names?: unknown[] } };
  };
  if (reference) return strings(reference.fields ?? []).at(-1) === column;
  return (
    cast !== undefined && strings(cast.typeName?.names ?? []).at(-1) === type.at(-1) && isColumnItself(cast.arg, column, type)
  );
}

function isPair(a: string, b: string, one: string, other: string): boolean {
  return (a === one && b === other) || (a === other && b === one);
}

function modifierOf(type: string, modifiers: readonly unknown[]): number {
  const numbers = modifiers.map((node) => (node as { A_Const?: { ival?: { ival?: number } } }).A_Const?.ival?.ival ?? 0);
  const [first, second = 0] = numbers;
  if (first === undefined) return -1;
  if (type === INTERVAL) return numbers.length === 1 && first === ANY_FIELDS ? -1 : (first << 16) | (numbers[1] ?? ANY_PRECISION);
  if (type === NUMERIC) return ((first << 16) | (second & 0x7ff)) + VARHDRSZ;
  return type === VARCHAR || type === BPCHAR ? first + VARHDRSZ : first;
}

function keepsModifier(type: string, from: number, to: number): boolean {
  if (from === to) return true;
  if (type === BPCHAR || type === BIT) return false;
  if (to === -1) return true;
  if (type === VARCHAR || type === VARBIT) return from !== -1 && to >= from;
  if (type === NUMERIC) return from !== -1 && scale(from) === scale(to) && to >= from;
  if ([TIME, TIMESTAMP, TIMESTAMPTZ, TIMETZ].includes(type)) return to >= MAX_SECONDS_DIGITS || (from !== -1 && to >= from);
  return type === INTERVAL && keepsInterval(from, to);
}

/** As interval_support() decides: all fields that were kept are kept, and as many digits of the seconds. */
function keepsInterval(from: number, to: number): boolean {
  const [old, now] = [leastField(from), leastField(to)];
  const digits = to & ANY_PRECISION;
  const oldDigits = from === -1 ? ANY_PRECISION : from & ANY_PRECISION;
  return now <= old && (old > 0 || digits >= MAX_SECONDS_DIGITS || digits >= oldDigits);
}

const ANY_FIELDS = 0x7fff;
const ANY_PRECISION = 0xffff;
/** Bits of the fields in a modifier, from the second to the year (datetime.h). */
const FIELD_BITS = [12, 11, 10, 3, 1, 2];

/** 0 is the second, 5 the year. */
function leastField(modifier: number): number {
  const fields = modifier === -1 ? ANY_FIELDS : (modifier >> 16) & ANY_FIELDS;
  return FIELD_BITS.findIndex((bit) => (fields & (1 << bit)) !== 0);
}

const scale = (modifier: number) => (modifier - VARHDRSZ) & 0x7ff;
