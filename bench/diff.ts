import { createDatabase, dropDatabase, onServer } from '../src/embedded/database.js';
import type { Catalog } from '../src/catalog/catalog.js';
import { compareCatalogs } from '../src/catalog/compare.js';
import { readCatalog } from '../src/catalog/read.js';
import { ALL_CASES } from '../test/postgres/catalog/all-cases.js';
import type { KindCases } from '../test/postgres/catalog/attribute-case.js';
import { installMigra, type SchemaDiffer } from './peers/migra.js';
import type { Servers } from './servers.js';
import { table } from './timing.js';

/** One deliberate difference between two databases: what both have, and what only the second one got. */
interface Pair {
  readonly kind: string;
  readonly attribute: string;
  readonly both: readonly string[];
  readonly second: string;
}

type Sight = 'found' | 'missed' | 'failed';

/** The pairs of test/postgres/catalog, shown to Pawl and to @pgkit/migra: one changed attribute each. */
export async function diff(servers: Servers): Promise<string> {
  const migra = await installMigra();
  const server = await onServer(servers.postgres.url, async (client) => {
    const { rows } = await client.query<{ version: number }>(`select current_setting('server_version_num')::int as version`);
    return rows[0]!.version;
  });
  // It must work at all before a failure counts against it.
  await migra.compare(servers.postgres.url, servers.postgres.url);
  const noises = new Map<string, string>();
  const seen: { pair: Pair; pawl: Sight; migra: Sight }[] = [];
  for (const pair of ALL_CASES.flatMap((cases) => pairsOf(cases, server)))
    seen.push({ pair, ...(await show(pair, servers.postgres.url, migra, noises)) });
  const kinds = [...new Set(seen.map(({ pair }) => pair.kind))];
  const cells = (of: typeof seen): string[] => [
    String(of.length),
    String(of.filter(({ pawl }) => pawl === 'found').length),
    String(of.filter((one) => one.migra === 'found').length),
    count(of.filter((one) => one.migra === 'missed').map(({ pair }) => pair.attribute)),
    count(of.filter((one) => one.migra === 'failed').map(({ pair }) => pair.attribute)),
  ];
  const lines = kinds.map((kind) => [kind, ...cells(seen.filter(({ pair }) => pair.kind === kind))]);
  const [changes, pawl, found] = cells(seen);
  const titles = ['kind', 'changes', 'Pawl', 'migra', 'missed by migra', 'migra fails at'];
  return `### One changed attribute, found by Pawl and by @pgkit/migra ${migra.version}\n\n${table(titles, [...lines, ['all', changes!, pawl!, found!, '', '']])}`;
}

function pairsOf({ kind, given = '', make, drop, changes }: KindCases, server: number): Pair[] {
  return [
    { kind, attribute: 'added', both: [given], second: make },
    { kind, attribute: 'removed', both: [given, make], second: drop },
    ...changes
      .filter(({ since = 0 }) => since <= server)
      .map((change) => ({ kind, attribute: change.attribute, both: [given, make, change.given ?? ''], second: change.to })),
  ];
}

/** What migra says of the unchanged pair is noise: only what it says beyond that counts as found. */
async function show(
  pair: Pair,
  server: string,
  migra: SchemaDiffer,
  noises: Map<string, string>,
): Promise<{ pawl: Sight; migra: Sight }> {
  const [a, b] = [await createDatabase(server, 'first'), await createDatabase(server, 'second')];
  try {
    await run(a, pair.both);
    await run(b, pair.both.map(withoutRoles));
    const before = pair.both.join('\n');
    if (!noises.has(before)) noises.set(before, await migra.compare(a, b).catch(() => ''));
    await run(b, [pair.second]);
    const statements = await migra.compare(a, b).catch(() => undefined);
    const differences = await compareCatalogs(await read(a), await read(b));
    return {
      pawl: differences.some(({ kind, attribute, change }) => kind === pair.kind && (attribute ?? change) === pair.attribute)
        ? 'found'
        : 'missed',
      migra: statements === undefined ? 'failed' : statements === noises.get(before) ? 'missed' : 'found',
    };
  } finally {
    for (const url of [a, b]) await run(url, [await dropSubscriptions(url)]);
    for (const name of ['first', 'second']) await dropDatabase(server, name);
    await run(server, ['drop role if exists "Röle.1"']);
  }
}

/** Roles belong to the server: those that the second database would make are there already. */
const withoutRoles = (sql: string): string => sql.replaceAll(/create role "Röle\.1"[^;]*;?/g, '');

/** A database that subscribes cannot be dropped. */
async function dropSubscriptions(url: string): Promise<string> {
  return onServer(url, async (client) => {
    const { rows } = await client.query<{ sql: string }>(
      `select format('alter subscription %1$I disable; alter subscription %1$I set (slot_name = none); drop subscription %1$I;', subname) as sql
       from pg_subscription s join pg_database d on d.oid = s.subdbid where d.datname = current_database()`,
    );
    return rows.map(({ sql }) => sql).join('');
  });
}

async function run(url: string, statements: readonly string[]): Promise<void> {
  await onServer(url, async (client) => {
    await client.query('set allow_system_table_mods = on');
    for (const sql of statements) if (sql !== '') await client.query(sql);
  });
}

const read = (url: string): Promise<Catalog> => onServer(url, (client) => readCatalog(client, { databaseSettings: true }));

/** Names, each with how often it stands there. */
function count(names: readonly string[]): string {
  return [...new Set(names)]
    .map((name) => [name, names.filter((other) => other === name).length] as const)
    .map(([name, times]) => (times === 1 ? name : `${name} ×${times}`))
    .join(', ');
}
