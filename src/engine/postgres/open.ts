import type pg from 'pg';
import { EngineError } from '../error.js';
import { AddressError } from './address/address-error.js';
import type { Address, DatabaseUrl, Host } from '../address.js';
import { parseAddress } from './address/parse-address.js';
import { closeClient } from './close.js';
import { connectError, describeFailure } from './connect-error.js';
import type { Encryption } from './dial.js';
import { login } from './login.js';
import { isServerError } from './sqlstate.js';
import { STATE } from './states.js';
import { isTlsFailure } from './tls-failure.js';

/**
 * Opens a connection as libpq would: the hosts in order, TLS as sslmode says, a session of the kind that target_session_attrs wants.
 * @param application its name in pg_stat_activity
 * @throws EngineError `CONNECT_*`
 */
export async function open(url: DatabaseUrl, application: string): Promise<pg.Client> {
  try {
    return await openAddress(await resolveUrl(url), application);
  } catch (error) {
    throw connectError(error);
  }
}

/** @throws AddressError */
export async function resolveUrl(url: DatabaseUrl): Promise<Address> {
  if (typeof url === 'function') return url();
  return typeof url === 'string' ? parseAddress(url) : url;
}

async function openAddress(address: Address, application: string): Promise<pg.Client> {
  const hosts = address.shuffled ? shuffled(address.hosts) : address.hosts;
  const wanted = address.attributes === 'prefer-standby' ? (['standby', 'any'] as const) : ([address.attributes] as const);
  const failures: { host: Host; error: unknown }[] = [];
  for (const attributes of wanted) {
    for (const host of hosts) {
      try {
        const client = await openHost(address, host, application);
        if (await is(client, attributes)) return client;
        await closeClient(client);
        failures.push({ host, error: new Error(`is not ${attributes}`) });
      } catch (error) {
        failures.push({ host, error });
        if (error instanceof AddressError || (isServerError(error) && error.code !== STATE.cannotConnectNow)) throw error;
      }
    }
  }
  throw noneOf(address, failures);
}

/** The ways to try one host, in order; `prefer` and `allow` have a second one. */
function encryptions({ tls }: Address, host: Host): readonly Encryption[] {
  if (host.name.startsWith('/') || tls.mode === 'disable') return ['none'];
  if (tls.mode === 'allow') return ['none', 'must'];
  return tls.mode === 'prefer' ? ['offer', 'none'] : ['must'];
}

async function openHost(address: Address, host: Host, application: string): Promise<pg.Client> {
  const [first = 'none', second] = encryptions(address, host);
  try {
    return await login(address, host, first, application);
  } catch (error) {
    // pg_hba.conf may let in with TLS, or without it, only.
    const other = isTlsFailure(error) || (isServerError(error) && error.code === STATE.invalidAuthorizationSpecification);
    if (second === undefined || !other) throw error;
    return await login(address, host, second, application).catch((again: unknown) => {
      throw second === 'must' ? again : error;
    });
  }
}

async function is(client: pg.Client, attributes: string): Promise<boolean> {
  if (attributes === 'any') return true;
  const { rows } = await client.query<{ standby: boolean; readonly: boolean }>(
    `select pg_catalog.pg_is_in_recovery() as standby, pg_catalog.current_setting('transaction_read_only')::pg_catalog.bool as readonly`,
  );
  const { standby, readonly } = rows[0]!;
  switch (attributes) {
    case 'primary':
      return !standby;
    case 'standby':
      return standby;
    case 'read-write':
      return !readonly && !standby;
    default:
      return readonly || standby;
  }
}

function noneOf({ attributes }: Address, failures: readonly { readonly host: Host; readonly error: unknown }[]): unknown {
  if (failures.length === 1 && attributes === 'any') return failures[0]!.error;
  const listed = failures.map(({ host, error }) => `${host.name}:${host.port}: ${describeFailure(error)}`);
  const refused = failures.every(({ error }) => connectError(error).verdict === 'refused');
  return new EngineError('CONNECT_FAILED', refused ? 'refused' : 'retry', `cannot connect to PostgreSQL: ${listed.join('; ')}`, {
    next: 'Check that the servers run, and that the hosts and target_session_attrs in the address are right.',
    cause: failures.at(-1)?.error,
  });
}

function shuffled(hosts: readonly Host[]): Host[] {
  return hosts
    .map((host) => ({ host, at: Math.random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ host }) => host);
}
