import { identifier } from '../engine/postgres/quote.js';

/** A name as a person would write it in SQL: quoted only where it must be. */
export function sqlName(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !RESERVED.has(name) ? name : identifier(name);
}

/** The table's own name of a qualified one, without quotes: to make names of constraints and indexes from. */
export function bareName(qualified: string): string {
  const last = /(?:^|\.)("(?:[^"]|"")*"|[^".]*)$/.exec(qualified)?.[1] ?? qualified;
  return last.startsWith('"') ? last.slice(1, -1).replaceAll('""', '"') : last;
}

/** A name of several parts, cut to what PostgreSQL keeps. */
export function joinedName(...parts: string[]): string {
  return sqlName(parts.join('_').slice(0, 63));
}

/** "Reserved" and "reserved (can be function or type)" in appendix C of PostgreSQL's manual. */
const RESERVED = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation column ' +
    'concurrently constraint create cross current_catalog current_date current_role current_schema current_time current_timestamp ' +
    'current_user default deferrable desc distinct do else end except false fetch for foreign freeze from full grant group having ' +
    'ilike in initially inner intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not ' +
    'notnull null offset on only or order outer overlaps placing primary references returning right select session_user similar ' +
    'some symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when where window with'
  ).split(' '),
);
