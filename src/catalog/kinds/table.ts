import { behavioural, breaking, cosmetic, either, expression, order, owner } from '../judge.js';
import type { CatalogKind, Finding } from '../kind.js';
import { accessMethod, options, role, sorted, tablespace, word } from '../sql.js';

const parents = `(select array_agg(h.inhparent::regclass::text order by h.inhseqno) from pg_inherits h where h.inhrelid = r.oid)`;
const replicaIdentity = `
  case r.relreplident when 'i' then (select 'index ' || i.indexrelid::regclass from pg_index i where i.indrelid = r.oid and i.indisreplident)
  else ${word('r.relreplident', { d: 'default', n: 'nothing', f: 'full' })} end`;

const switchedOn = ({ after }: Finding): boolean => after === true;
const isSecured = ({ from, to }: Finding): boolean =>
  from?.attributes['rowSecurity'] === true && to?.attributes['rowSecurity'] === true;

/** Ordinary, partitioned and foreign tables, and partitions. */
export const table: CatalogKind = {
  name: 'table',
  sql: () => `
    select r.identity, r.address, ${word('r.relkind', { r: 'ordinary', p: 'partitioned', f: 'foreign' })} as kind, ${role('r.relowner')} as owner,
           ${word('r.relpersistence', { p: 'permanent', u: 'unlogged' })} as persistence, ${accessMethod('r.relam')} as "accessMethod",
           ${tablespace('r.reltablespace')} as tablespace, ${sorted('r.reloptions')} as options,
           ${sorted('(select reloptions from pg_class t where t.oid = r.reltoastrelid)')} as "toastOptions",
           ${replicaIdentity} as "replicaIdentity", r.relrowsecurity as "rowSecurity", r.relforcerowsecurity as "forceRowSecurity",
           ${parents} as parents, pg_get_partkeydef(r.oid) as "partitionBy", pg_get_expr(r.relpartbound, r.oid) as "partitionBound",
           exists (select from pg_inherits h where h.inhrelid = r.oid and h.inhdetachpending) as "detachPending",
           case when r.reloftype <> 0 then format_type(r.reloftype, null) end as "ofType", s.srvname as server, ${options('f.ftoptions')} as "serverOptions",
           (select array_agg(a.attname order by a.attnum) from pg_attribute a where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped) as "columnOrder"
    from relation r left join pg_foreign_table f on f.ftrelid = r.oid left join pg_foreign_server s on s.oid = f.ftserver
    where r.relkind in ('r', 'p', 'f')`,
  added: behavioural('a table that was not there'),
  removed: breaking('statements that name this table fail'),
  attributes: {
    kind: breaking('an ordinary, a partitioned and a foreign table allow different keys, foreign keys and triggers'),
    owner,
    persistence: behavioural('an unlogged table is emptied by a crash and is not replicated'),
    accessMethod: behavioural('rows are stored by another access method'),
    tablespace: behavioural('rows are stored in another place'),
    options: behavioural('storage or autovacuum of this table is tuned otherwise'),
    toastOptions: behavioural('storage or autovacuum of its large values is tuned otherwise'),
    replicaIdentity: behavioural('logical replication identifies updated and deleted rows otherwise, or refuses to'),
    rowSecurity: either(
      switchedOn,
      breaking('of all roles but the owner, rows that no policy allows are hidden, and writes of such rows fail'),
      breaking('rows that row level security hid are shown, and writes that it refused are accepted'),
    ),
    forceRowSecurity: either(
      isSecured,
      either(
        switchedOn,
        breaking('of the owner too, rows that no policy allows are hidden, and writes of such rows fail'),
        breaking('the owner sees and writes rows that row level security kept from it'),
      ),
      behavioural('row level security is off; once it is on, it binds the owner on one side only'),
    ),
    parents: breaking('queries of the parent table include or miss these rows'),
    partitionBy: breaking('rows go to other partitions, and other unique keys are possible'),
    partitionBound: expression(breaking('rows that this partition takes go elsewhere or are refused')),
    detachPending: behavioural('a DETACH CONCURRENTLY was left unfinished: queries of the parent miss these rows'),
    ofType: behavioural('ALTER TYPE does or does not change this table'),
    server: breaking('rows come from another server'),
    serverOptions: behavioural('rows come from another place on the server'),
    columnOrder: order(cosmetic('only SELECT *, and INSERT and COPY without a column list, notice the order of columns')),
  },
};
