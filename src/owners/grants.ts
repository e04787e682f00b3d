import type pg from 'pg';
import { identifier, qualified } from '../engine/postgres/quote.js';
import { ownerOf, type OwnerMap } from './owner-of.js';

export interface GrantRequest {
  /** The role that a retired service logs in with. */
  readonly role: string;
  /** Whose objects it may go on reading and writing; what they are called in the map. */
  readonly of: readonly string[];
  readonly owners: OwnerMap;
  /** The role that takes over what the retired one owns: an owner cannot be kept from changing its own tables. */
  readonly newOwner: string | undefined;
}

export interface Grants {
  readonly script: string;
  /** What the role itself owns: without a new owner the script cannot hold it back there. */
  readonly owned: readonly string[];
}

interface Relation {
  readonly schema: string;
  readonly name: string;
  readonly kind: string;
  readonly owned: boolean;
  readonly sequences: readonly string[];
}

/**
 * Writes the script that makes a service a dependent: it may read, insert and update, and define nothing. Running it twice changes nothing.
 * @param client of the database that it is for; only read
 */
export async function grantScript(client: pg.Client, request: GrantRequest): Promise<Grants> {
  const { role, of, owners, newOwner } = request;
  const { rows } = await client.query<Relation>(RELATIONS, [role]);
  const relations = rows.filter(({ schema, name }) => {
    const owner = ownerOf(`${schema}.${name}`, owners);
    return owner !== undefined && of.includes(owner);
  });
  const grantee = identifier(role);
  const quoted = ({ schema, name }: Relation): string => qualified(schema, name);
  const schemas = [...new Set(relations.map(({ schema }) => schema))].map(identifier);
  const handOver =
    newOwner === undefined
      ? []
      : relations
          .filter(({ owned }) => owned)
          .map((relation) => `ALTER ${KINDS[relation.kind] ?? 'TABLE'} ${quoted(relation)} OWNER TO ${identifier(newOwner)};`);
  const script = [
    `-- ${role} defines nothing any more; it reads, inserts and updates.`,
    ...handOver,
    ...schemas.flatMap((schema) => [
      `REVOKE CREATE ON SCHEMA ${schema} FROM ${grantee};`,
      `GRANT USAGE ON SCHEMA ${schema} TO ${grantee};`,
    ]),
    ...relations.flatMap((relation) => [
      `REVOKE ALL ON ${quoted(relation)} FROM ${grantee};`,
      `GRANT ${relation.kind === 'm' ? 'SELECT' : 'SELECT, INSERT, UPDATE'} ON ${quoted(relation)} TO ${grantee};`,
      ...relation.sequences.map((sequence) => `GRANT USAGE, SELECT ON SEQUENCE ${sequence} TO ${grantee};`),
    ]),
    '',
  ].join('\n');
  return { script, owned: relations.filter(({ owned }) => owned).map(quoted) };
}

const KINDS: Readonly<Record<string, string>> = { v: 'VIEW', m: 'MATERIALIZED VIEW', f: 'FOREIGN TABLE' };

const RELATIONS = `
  select n.nspname as schema, c.relname as name, c.relkind as kind, pg_get_userbyid(c.relowner) = $1 as owned,
         array(select format('%I.%I', sn.nspname, s.relname) from pg_catalog.pg_depend d
               join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S' join pg_catalog.pg_namespace sn on sn.oid = s.relnamespace
               where d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid and d.deptype in ('a', 'i') order by 1) as sequences
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
  order by 1, 2`;
