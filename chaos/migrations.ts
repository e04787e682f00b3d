import { halfApplied } from './half-applied.js';

/** Files of one deploy, by path. */
export type Files = Record<string, string>;

type Random = () => number;

/** What the migrations so far have made and a later one may drop, detach or validate. */
interface Made {
  indexes: string[];
  partitions: number;
}

const FIRST = `
create table effects (id int generated always as identity primary key, version int not null);
create table items (id int primary key, kind int not null, n int not null default 0, note text);
insert into items select i, i % 17, 0, repeat('x', i % 90) from generate_series(1, 8000) i;
create type mood as enum ('good');
create table moods (m mood);
create table parts (id int) partition by range (id);
create table part_0 partition of parts for values from (0) to (10);
create table part_1 partition of parts for values from (10) to (20);
create table part_2 partition of parts for values from (20) to (30);
insert into effects (version) values (1);`;

/** Every kind of migration that Pawl treats in a way of its own; none of them may run twice unnoticed. */
const KINDS: ((version: number, made: Made, random: Random) => string)[] = [
  (v) => `create table made_${v} (id int primary key, at timestamptz); ${effect(v)}`,
  (v, _made, random) => `alter table items add column c_${v} int default ${v}; ${effect(v)} select pg_sleep(${seconds(random)});`,
  (v, _made, random) => `update items set n = n + ${v}; ${effect(v)} select pg_sleep(${seconds(random)});`,
  // Longer than a heartbeat timeout: who takes over finds it still running.
  (v) => `update items set n = n - 1; select pg_sleep(9); ${effect(v)}`,
  (v, made) => `create index concurrently ${index(v, made)} on items (kind, id);`,
  (v, made) => `${effect(v)}\ncreate index concurrently if not exists ${index(v, made)} on items ((n + ${v}));\n${effect(v)}`,
  // Steps that commit one by one: nothing but the fence keeps a worker that wakes up in the middle from doing the rest again.
  (v) => `-- pawl:no-transaction\n${`${effect(v)}\nselect pg_sleep(0.7);\n`.repeat(6)}`,
  (v, made) =>
    `${effect(v)}\ncreate index concurrently ${index(v, made)} on items (n, id);\n${effect(v)}\ncreate index concurrently ${index(v, made, 'b')} on items (note);\n${effect(v)}`,
  (v, made) => `create unique index concurrently ${index(v, made)} on items (id, note);`,
  (v, made) => {
    const name = made.indexes.pop();
    return name ? `drop index concurrently ${name};` : effect(v);
  },
  (_v, made) => `reindex index concurrently ${made.indexes.at(-1) ?? 'items_pkey'};`,
  () => 'reindex table concurrently items;',
  (v) => `alter type mood add value 'm${v}';\ninsert into moods values ('m${v}');\n${effect(v)}`,
  (v, made) =>
    made.partitions > 0 ? `alter table parts detach partition part_${(made.partitions -= 1)} concurrently;` : effect(v),
  (v) =>
    `alter table items add constraint positive_${v} check (n > -${v}) not valid;\nalter table items validate constraint positive_${v};\n${effect(v)}`,
  () => 'vacuum items;',
];

/** As many more as make the backlog so long that its commits wait for the disk together. */
const BACKLOG = 25;

export interface Written {
  readonly files: Files;
  /** The file that is faulty at first, and ends half applied. */
  readonly half: { readonly version: number; readonly path: string; readonly faulty: string; readonly corrected: string };
}

/**
 * A target's files: every kind once, in an order that the random numbers give, one that is faulty at first, mostly a long backlog; constraints;
 * an assertion.
 */
export function writeFiles(random: Random): Written {
  const made: Made = { indexes: [], partitions: 3 };
  const files: Files = { 'migrations/0001_start.sql': FIRST };
  const order = KINDS.map((kind) => ({ kind, at: random() })).sort((a, b) => a.at - b.at);
  for (const [n, { kind }] of order.entries()) {
    const version = n + 2;
    files[`migrations/${String(version).padStart(4, '0')}_step.sql`] = kind(version, made, random);
  }
  const version = order.length + 2;
  const half = {
    version,
    path: `migrations/${String(version).padStart(4, '0')}_half.sql`,
    ...halfApplied(effect(version), random),
  };
  files[half.path] = half.corrected;
  for (let version = order.length + 3, more = random() < 0.6 ? BACKLOG : 0; more > 0; version += 1, more -= 1)
    files[`migrations/${String(version).padStart(4, '0')}_more.sql`] = `${effect(version)} select pg_sleep(0.1);`;
  files['constraints/1001_kind.sql'] = 'alter table items add constraint kind_known check (kind between 0 and 16);';
  files['constraints/1002_unique.sql'] = 'alter table items add constraint items_id_kind unique (id, kind);';
  files['assertions/counted.sql'] = 'select count(*) = 8000 from items;';
  return { files, half };
}

function effect(version: number): string {
  return `insert into effects (version) values (${version});`;
}

function seconds(random: Random): string {
  return (0.1 + random() * 1.2).toFixed(2);
}

function index(version: number, made: Made, suffix = ''): string {
  const name = `items_i${version}${suffix}`;
  made.indexes.push(name);
  return name;
}
