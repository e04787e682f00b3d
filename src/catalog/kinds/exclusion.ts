import { behavioural, breaking, expression } from '../judge.js';
import type { CatalogKind } from '../kind.js';
import { address, sorted, tablespace } from '../sql.js';

/** Storage options within the definition, such as ` WITH (fillfactor='70')`; they are an attribute of their own. */
const STORAGE = `' WITH \\(\\w+=[^)]*\\)'`;

/** EXCLUDE constraints. */
export const exclusion: CatalogKind = {
  name: 'exclusion',
  essence: ['definition'],
  sql: () => `
    select quote_ident(c.conname) || ' on ' || c.conrelid::regclass as identity, ${address('pg_constraint', 'c.oid')} as address, ${address('pg_class', 'c.conrelid')} as parent,
           case when c.conparentid <> 0 then ${address('pg_constraint', 'c.conparentid')} end as "inheritedFrom",
           regexp_replace(regexp_replace(pg_get_constraintdef(c.oid), ${STORAGE}, ''), '( DEFERRABLE)?( INITIALLY DEFERRED)?$', '') as definition,
           c.condeferrable as deferrable, c.condeferred as deferred, i.indisvalid as valid,
           ${sorted('x.reloptions')} as options, ${tablespace('x.reltablespace')} as tablespace
    from pg_constraint c join pg_index i on i.indexrelid = c.conindid join pg_class x on x.oid = c.conindid
    where c.contype = 'x'`,
  added: breaking('rows that exclude each other are refused'),
  removed: breaking('rows that exclude each other are accepted'),
  attributes: {
    definition: expression(breaking('other rows exclude each other')),
    deferrable: breaking('ON CONFLICT cannot use a deferrable constraint, and SET CONSTRAINTS .. DEFERRED needs one'),
    deferred: behavioural('the check runs at commit instead of at the statement, or the other way round'),
    valid: behavioural('an INVALID index may miss rows that exclude each other'),
    options: behavioural('the index is stored otherwise'),
    tablespace: behavioural('the index is stored in another place'),
  },
};
