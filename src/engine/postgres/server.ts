import type pg from 'pg';
import type { DatabaseUrl } from '../address.js';
import { ask } from './ask.js';
import { DEFAULTS_QUERY, type SessionDefaults } from './settings.js';
import { isServerError } from './sqlstate.js';

/** Which cluster answered; a change in mid-deploy means a failover or a moved name. */
export interface ServerIdentity {
  readonly version: number;
  /** When its process started, in milliseconds since 1970. */
  readonly started: number;
  /** Empty where the server does not tell. */
  readonly systemIdentifier: string;
  /** 0 where the server does not tell. */
  readonly timeline: number;
  /** What it does not tell to this role, in words. */
  readonly untold: readonly string[];
}

/** What has to be known of a session before anything is done on it. */
export interface SessionFacts {
  readonly pid: number;
  /** As the server calls it. */
  readonly database: string;
  readonly recovering: boolean;
  readonly readOnly: boolean;
  readonly defaults: SessionDefaults;
  readonly server: ServerIdentity;
}

/** When the server's process started, in seconds since 1970; {@link startedAt} makes milliseconds of it. */
export const STARTED = `pg_catalog.date_part('epoch'::pg_catalog.text, pg_catalog.pg_postmaster_start_time())`;

export const startedAt = (seconds: number): number => Math.round(seconds * 1_000);

/**
 * Any role on any server may ask this. What the server says is worked out here: each cast and operator costs a fresh session as much as a
 * function, and each session begins with this.
 */
const NEEDED = `
  pg_catalog.pg_backend_pid() as pid,
  pg_catalog.current_database() as database,
  ${STARTED} as started,
  pg_catalog.current_setting('server_version_num') as version,
  pg_catalog.pg_is_in_recovery() as recovering,
  pg_catalog.current_setting('transaction_read_only') as "readOnly",
  ${DEFAULTS_QUERY} as defaults`;

/**
 * What is only nice to know. Managed servers close such functions to their users, or let them raise (Aurora does so for all that is about
 * the WAL unless logical replication is on). The timeline is taken from the name of the current WAL file: pg_control_checkpoint() still
 * shows the old one until the first checkpoint after a promotion.
 */
const NICE = {
  system: {
    sql: '(select system_identifier from pg_catalog.pg_control_system())',
    words: 'its system identifier',
  },
  timeline: {
    sql: 'case when not pg_catalog.pg_is_in_recovery() then pg_catalog.pg_walfile_name(pg_catalog.pg_current_wal_lsn()) end',
    words: 'its timeline',
  },
} as const;

type Nicety = keyof typeof NICE;

interface Row {
  readonly pid: number;
  readonly database: string;
  /** Seconds since 1970. */
  readonly started: number;
  readonly version: string;
  readonly recovering: boolean;
  readonly readOnly: 'on' | 'off';
  readonly defaults: SessionDefaults;
  readonly system?: string | null;
  /** Name of a WAL file, which begins with the timeline in eight hexadecimal digits; null on a standby. */
  readonly timeline?: string | null;
}

/** What a server has refused to tell once, it is not asked again by this process. */
const refused = new Map<DatabaseUrl, ReadonlySet<Nicety>>();

/** Looks at a server and a session in one query; where something in it is refused, at each nicety by itself. */
export async function readFacts(client: pg.Client, url: DatabaseUrl): Promise<SessionFacts> {
  const known = refused.get(url);
  if (known === undefined) {
    try {
      return facts(await readRow(client, Object.keys(NICE) as Nicety[]), new Set());
    } catch (error) {
      if (!isServerError(error)) throw error;
    }
  }
  let row = await readRow(client, []);
  const untold = new Set<Nicety>(known);
  for (const nicety of (Object.keys(NICE) as Nicety[]).filter((one) => !untold.has(one))) {
    try {
      row = { ...row, ...(await ask<Partial<Row>>(client, [`${NICE[nicety].sql} as ${nicety}`])) };
    } catch (error) {
      if (!isServerError(error)) throw error;
      untold.add(nicety);
    }
  }
  refused.set(url, untold);
  return facts(row, untold);
}

function readRow(client: pg.Client, niceties: readonly Nicety[]): Promise<Row> {
  return ask<Row>(client, [NEEDED, ...niceties.map((nicety) => `${NICE[nicety].sql} as ${nicety}`)]);
}

function facts(
  { pid, database, started, version, recovering, readOnly, defaults, system, timeline }: Row,
  untold: ReadonlySet<Nicety>,
): SessionFacts {
  return {
    pid,
    database,
    recovering,
    readOnly: readOnly === 'on',
    defaults,
    server: {
      version: Number(version),
      started: startedAt(started),
      systemIdentifier: system ?? '',
      timeline: timeline ? parseInt(timeline.slice(0, 8), 16) : 0,
      untold: [...untold].map((nicety) => NICE[nicety].words),
    },
  };
}
