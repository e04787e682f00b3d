import { behavioural, owner } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, role, sorted } from '../sql.js';

/** Columns of pg_subscription that ordinary roles may read, by the version that brought them. The connection is a secret and is not read. */
const SETTINGS: [since: number, column: string][] = [
  [140000, 'subbinary'],
  [140000, 'substream'],
  [150000, 'subtwophasestate'],
  [150000, 'subdisableonerr'],
  [160000, 'suborigin'],
  [160000, 'subpasswordrequired'],
  [160000, 'subrunasowner'],
  [170000, 'subfailover'],
];

export const subscription: CatalogKind = {
  name: 'subscription',
  sql: (server) => {
    const columns = SETTINGS.filter(([since]) => server >= since).map(([, column]) => `'${column.slice(3)}', s.${column}`);
    return `
    select quote_ident(s.subname) as identity, ${address('pg_subscription', 's.oid')} as address, ${role('s.subowner')} as owner, s.subenabled as enabled,
           ${sorted('s.subpublications')} as publications, s.subslotname as slot, s.subsynccommit as "synchronousCommit", jsonb_build_object(${columns.join(', ')}) as settings
    from pg_subscription s where s.subdbid = (select oid from pg_database where datname = current_database())`;
  },
  added: behavioural('changes arrive from another server'),
  removed: behavioural('changes no longer arrive from another server'),
  attributes: {
    owner,
    enabled: behavioural('changes arrive on one side only'),
    publications: behavioural('changes of other tables arrive'),
    slot: behavioural('it reads from another slot'),
    synchronousCommit: behavioural('arrived changes are flushed otherwise'),
    settings: behavioural('changes are transferred or applied otherwise'),
  },
};
