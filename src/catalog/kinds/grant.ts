import { behavioural, breaking, either } from '../judge.js';
import type { CatalogKind, Finding } from '../kind.js';
import { address } from '../sql.js';

/** Where rights are kept: address, owner, the letter that acldefault() wants, the rights. */
const holders = [
  `select address, relowner, case relkind when 'S' then 's' else 'r' end, relacl from relation where relkind <> 'c'`,
  `select ${address('pg_class', 'a.attrelid', 'a.attnum')}, r.relowner, 'c', a.attacl from pg_attribute a join relation r on r.oid = a.attrelid`,
  `select ${address('pg_proc', 'oid')}, proowner, 'f', proacl from pg_proc`,
  `select ${address('pg_namespace', 'oid')}, nspowner, 'n', nspacl from namespace`,
  `select ${address('pg_type', 'oid')}, typowner, 'T', typacl from pg_type`,
  `select ${address('pg_language', 'oid')}, lanowner, 'l', lanacl from pg_language`,
  `select ${address('pg_foreign_data_wrapper', 'oid')}, fdwowner, 'F', fdwacl from pg_foreign_data_wrapper`,
  `select ${address('pg_foreign_server', 'oid')}, srvowner, 'S', srvacl from pg_foreign_server`,
].join(' union all ');

const loses = ({ before, after }: Finding): boolean =>
  Array.isArray(before) &&
  Array.isArray(after) &&
  (before.some((right) => !String(right).startsWith('no ') && !holds(after, String(right))) ||
    after.some((right) => String(right).startsWith('no ') && !(before as unknown[]).includes(right)));

/** Who may give a right to others has it. */
const holds = (rights: readonly unknown[], right: string): boolean =>
  rights.includes(right) || rights.includes(`${right} with grant option`);

const takesAway = (privileges: unknown): boolean =>
  Array.isArray(privileges) && privileges.some((right) => String(right).startsWith('no '));

/** Of the rights that are gone, each is still there without the option to give it to others. */
const losesOnlyOptions = ({ before, after }: Finding): boolean =>
  (before as unknown[]).every((right) => holds(after as unknown[], String(right).replace(/ with grant option$/, ''))) &&
  (after as unknown[]).every((right) => !String(right).startsWith('no ') || (before as unknown[]).includes(right));

const fails = breaking('statements of this role fail for want of a right');
const noMoreGiving = behavioural('this role has the rights, and can no longer give them to others');
const more = behavioural('this role may do more than before');

/**
 * Rights on one object for one role, as they differ from what a new object has: `SELECT`, `INSERT with grant option`,
 * and `no EXECUTE` for a right that was revoked. Who granted them is not compared.
 */
export const grant: CatalogKind = {
  name: 'grant',
  attached: true,
  sql: () => `
    with holder(address, owner, letter, acl) as (select * from (${holders}) h(address, owner, letter, acl) where acl is not null),
    given as (select h.address, h.owner, x.grantee, x.privilege_type, x.is_grantable from holder h, aclexplode(h.acl) x),
    usual as (select h.address, h.owner, x.grantee, x.privilege_type, x.is_grantable from holder h, aclexplode(acldefault(h.letter::"char", h.owner)) x),
    entry as (
      select address, owner, grantee, privilege_type || case when is_grantable then ' with grant option' else '' end as privilege from (select * from given except select * from usual) g
      union all
      select address, owner, grantee, 'no ' || privilege_type from (select address, owner, grantee, privilege_type from usual except select address, owner, grantee, privilege_type from given) r
    )
    select 'to ' || case when grantee = owner then 'its owner' when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end as identity,
           address as parent, array_agg(privilege order by privilege collate "C") as privileges
    from entry group by address, owner, grantee`,
  added: either(({ to }) => takesAway(to?.attributes['privileges']), fails, more),
  removed: either(({ from }) => takesAway(from?.attributes['privileges']), more, fails),
  attributes: { privileges: either(loses, either(losesOnlyOptions, noMoreGiving, fails), more) },
};
