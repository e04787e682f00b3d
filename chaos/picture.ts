import pg from 'pg';
import { recordCatalog } from '../src/catalog/record.js';
import { readCatalog } from '../src/catalog/read.js';

/** Everything that must be the same after a disturbed deploy and an undisturbed one, as lines of text by heading. */
export type Picture = Record<string, string[]>;

const LINES: Record<string, string> = {
  ledger: `select version || ' ' || name || ' ' || checksum || ' ' || source || ' ' || stage from pawl.applied_migrations order by position`,
  effects: 'select id::text || version from (select row_number() over (order by id) as id, version from effects) e',
  items: `select 'n ' || sum(n) || ', rows ' || count(*) || ', notes ' || md5(string_agg(note, '' order by id)) from items`,
  moods: 'select m::text from moods order by m',
  indexes: `select indexrelid::regclass::text || ' ' || pg_get_indexdef(indexrelid) || ' ' || (indisvalid and indisready and indislive) from pg_index
    join pg_class t on t.oid = indrelid where indrelid >= 16384 and relpersistence <> 't' and indrelid::regclass::text !~ '^(pawl|pg_toast)\\.' order by 1`,
  // Of several deploys (see below) each ends its stages; migrations are applied once in all of them.
  audit: `select kind || ' ' || case kind when 'stage.ended' then max(n) else sum(n) end from (
    select kind, deploy_id, count(*) as n from pawl.events
    where kind !~ '^(deploy|operator)\\.' and kind not in ('migration.failed', 'migration.waited', 'lease.taken-over') group by kind, deploy_id) e
    group by kind order by 1`,
};

/**
 * What may not be there after a deploy, disturbed or not. There may be more than one deploy: a command line that was killed starts the next,
 * when the one that it followed has ended meanwhile.
 */
const ANOMALIES = `
  select 'invalid index ' || indexrelid::regclass from pg_index where not (indisvalid and indisready and indislive)
  union all select 'left over from REINDEX: ' || oid::regclass from pg_class where relname ~ '_cc(new|old)[0-9]*$'
  union all select 'detach pending: ' || inhrelid::regclass from pg_inherits where inhdetachpending
  union all select 'intent left: ' || version || ' statement ' || statement from pawl.intents
  union all select 'lease not given back by ' || deploy_id from pawl.lease where released_at is null
  union all select 'epoch went back at ' || version from (
    select version, epoch, lag(epoch) over (order by position) as before from pawl.applied_migrations) a where epoch < before
  union all select 'epoch of the lease is ' || epoch || ' after ' || deploys || ' deploys'
    from (select (select epoch from pawl.lease) as epoch, (select count(*) from pawl.deploys) as deploys) e where epoch < deploys
  union all select 'no deploy is done' where not exists (select from pawl.deploys where outcome = 'done')
  union all select 'end told more than once: ' || deploy_id from pawl.events where kind = 'deploy.done' group by deploy_id having count(*) > 1
  union all select 'end not told: ' || deploy_id from pawl.deploys d where outcome = 'done'
    and not exists (select from pawl.events e where e.deploy_id = d.deploy_id and e.kind = 'deploy.done')
  union all select 'applied more than once: ' || version from pawl.applied_migrations group by version having count(*) > 1
  union all select 'a failure that no retry cures: ' || version || ' ' || detail from pawl.events where kind = 'migration.failed' and detail->>'verdict' not in ('retry', 'cancelled')
    and version is distinct from $1 and detail->>'sqlstate' is distinct from '57014' and detail->>'code' <> 'SERVER_CHANGED'
  union all select 'what a DBA cancelled came back by itself: ' || version from pawl.events
    where kind = 'migration.failed' and detail->>'sqlstate' = '57014' and detail->>'verdict' = 'retry' and detail->>'message' !~ 'row'`;

const LEFT_BEHIND = `
  select 'lock held by session ' || pid from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
  union all select 'session ' || pid || ' ' || application_name || ' ' || state from pg_stat_activity
    where datname = current_database() and application_name ~ '^pawl:' and pid <> pg_backend_pid() and state <> 'idle'`;

async function texts(client: pg.Client, sql: string, values: string[] = []): Promise<string[]> {
  return (await client.query<string[]>({ text: sql, rowMode: 'array', values })).rows.map((row) => String(row[0]));
}

export async function takePicture(url: string): Promise<Picture> {
  return connected(url, async (client) => {
    await client.query('begin read only');
    const picture: Picture = { schema: recordCatalog(await readCatalog(client)).split('\n') };
    await client.query('commit');
    for (const [heading, sql] of Object.entries(LINES)) picture[heading] = await texts(client, sql);
    return picture;
  });
}

/**
 * @param faulty the version whose file was faulty at first
 * @returns one line for each thing that is wrong
 */
export async function findAnomalies(url: string, faulty: number): Promise<string[]> {
  return connected(url, (client) => texts(client, ANOMALIES, [String(faulty)]));
}

export async function findLeftBehind(url: string): Promise<string[]> {
  return connected(url, (client) => texts(client, LEFT_BEHIND));
}

/** @returns one line for each difference */
export function comparePictures(wanted: Picture, found: Picture): string[] {
  return Object.keys(wanted).flatMap((heading) => {
    const [a, b] = [wanted[heading]!, found[heading] ?? []];
    const missing = a.filter((line) => !b.includes(line)).map((line) => `${heading}: missing ${line}`);
    const extra = b.filter((line) => !a.includes(line)).map((line) => `${heading}: not in the undisturbed run: ${line}`);
    const order = missing.length + extra.length === 0 && a.join() !== b.join() ? [`${heading}: other order or number`] : [];
    return [...missing, ...extra, ...order];
  });
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
