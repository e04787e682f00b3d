import type { DatabaseUrl } from '../engine/address.js';
import { read } from '../engine/postgres/read.js';
import type { CheckRemark } from './report.js';

/** What of a server and its database decides how a migration runs. */
export interface ServerFacts {
  readonly major: number;
  readonly timeZone: string;
  readonly encoding: string;
  /** Locale provider with the locales of sorting and of characters. */
  readonly locale: string;
  /** Name to version. */
  readonly extensions: Readonly<Record<string, string>>;
}

const FACTS = `
  select current_setting('server_version_num')::int / 10000 as major, current_setting('TimeZone') as "timeZone",
    pg_encoding_to_char(d.encoding) as encoding,
    concat_ws(' ', case to_jsonb(d) ->> 'datlocprovider' when 'i' then 'icu' when 'b' then 'builtin' else 'libc' end,
      coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', d.datcollate), d.datctype) as locale,
    (select coalesce(jsonb_object_agg(extname, extversion), '{}') from pg_catalog.pg_extension) as extensions
  from pg_catalog.pg_database d where d.datname = current_database()`;

/** Reads them in a read-only transaction. @throws EngineError `CONNECT_*` */
export async function readServerFacts(url: DatabaseUrl): Promise<ServerFacts> {
  return read(url, 'pawl:check', async (client) => (await client.query<ServerFacts>(FACTS)).rows[0]!);
}

/** Says in one warning in which of them the throwaway database is not like the real one. */
export function serverDifferences(real: ServerFacts, scratch: ServerFacts): CheckRemark[] {
  const versions = Object.entries(real.extensions).filter(([name, version]) => (scratch.extensions[name] ?? version) !== version);
  const differences = [
    ...(real.major === scratch.major ? [] : [`major ${scratch.major} instead of ${real.major}`]),
    ...(real.timeZone === scratch.timeZone ? [] : [`TimeZone ${scratch.timeZone} instead of ${real.timeZone}`]),
    ...(real.encoding === scratch.encoding ? [] : [`encoding ${scratch.encoding} instead of ${real.encoding}`]),
    ...(real.locale === scratch.locale ? [] : [`locale ${scratch.locale} instead of ${real.locale}`]),
    ...versions.map(([name, version]) => `extension ${name} ${scratch.extensions[name]!} instead of ${version}`),
  ];
  if (differences.length === 0) return [];
  return [
    {
      severity: 'warning',
      code: 'SERVER_DIFFERS',
      message: `The throwaway database is not like the real one: ${differences.join('; ')}.`,
      next: 'What depends on these may run differently there. Name a server that is like it in PAWL_SCRATCH_DATABASE_URL.',
    },
  ];
}
