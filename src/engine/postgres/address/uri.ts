import { AddressError } from './address-error.js';
import { isSecret, type Pair } from './pair.js';

/** `postgres://`, with what JDBC and SQLAlchemy put around it. */
const SCHEME = /^(?:jdbc:)?postgres(?:ql)?(?:\+\w+)?:\/\//i;

export const isUri = (text: string): boolean => SCHEME.test(text);

const UNESCAPED =
  'is not a valid address; characters such as @ : / ? # % in a user name or password are written as %40 %3A %2F %3F %23 %25';

/**
 * The parameters of a URI, split as libpq splits it (PostgreSQL documentation, section 34.1.1.2). A URI that libpq would read in another
 * way than it was meant, because of a character in the password, is refused: what it takes for a host or a database may be a secret.
 * @throws AddressError
 */
export function uriPairs(text: string): Pair[] {
  const rest = text.replace(SCHEME, '');
  const login = /^([^@/]*)@/.exec(rest);
  const [, hosts = '', path, query] =
    /^((?:\[[^\]]*\]|[^/?])*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(login ? rest.slice(login[0].length) : rest) ?? [];
  if (path !== undefined && /[@/]/.test(path)) throw new AddressError(UNESCAPED);
  const pairs = [...loginPairs(login?.[1]), ...hostPairs(hosts)];
  if (path) pairs.push({ name: 'dbname', value: decoded(path), named: true });
  return [...pairs, ...queryPairs(query ?? '')];
}

function loginPairs(login: string | undefined): Pair[] {
  if (!login) return [];
  const colon = login.indexOf(':');
  const user = colon < 0 ? login : login.slice(0, colon);
  const pairs: Pair[] = user === '' ? [] : [{ name: 'user', value: decoded(user), named: true }];
  if (colon >= 0) pairs.push({ name: 'password', value: decoded(login.slice(colon + 1)), named: true });
  return pairs;
}

function hostPairs(text: string): Pair[] {
  if (text === '') return [];
  const names: string[] = [];
  const ports: string[] = [];
  for (const one of text.split(',')) {
    const [, bracketed, plain = '', port = ''] = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]]*))(?::(\d*))?$/.exec(one) ?? [
      undefined,
      undefined,
      '@',
    ];
    const name = bracketed ?? decoded(plain);
    if (bracketed === undefined && !/^(?:[\p{L}\p{N}._-]*|\/.*)$/u.test(name)) throw new AddressError(UNESCAPED);
    names.push(name);
    ports.push(port);
  }
  const pairs: Pair[] = names.some((name) => name !== '') ? [{ name: 'host', value: names.join(','), named: true }] : [];
  if (ports.some((port) => port !== '')) pairs.push({ name: 'port', value: ports.join(','), named: true });
  return pairs;
}

/** A name is told only where it cannot be a piece of a password: an @ or what follows a password says that it may be one. */
function queryPairs(query: string): Pair[] {
  let named = !query.includes('@');
  return query
    .split('&')
    .filter((part) => part !== '')
    .map((part) => {
      const equals = part.indexOf('=');
      if (equals < 1) throw new AddressError(UNESCAPED);
      const pair = { name: decoded(part.slice(0, equals)), value: decoded(part.slice(equals + 1)), named };
      if (isSecret(pair.name)) named = false;
      return pair;
    });
}

function decoded(text: string): string {
  try {
    const value = decodeURIComponent(text);
    if (!value.includes('\0')) return value;
  } catch (error) {
    if (!(error instanceof URIError)) throw error;
  }
  throw new AddressError(UNESCAPED);
}
