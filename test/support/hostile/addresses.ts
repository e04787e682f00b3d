import type { HostileCase } from './case.js';

/** The value of the variable that a target's `database` names; `{PORT}` and `{PW}` are the server's, `{HTTP}` ... ports of strangers. */
export interface HostileAddress extends HostileCase {
  readonly address: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const wrong = (address: string, says: RegExp, what = address): HostileAddress => ({ what, address, exit: 2, says });
const unreached = (address: string, says: RegExp, what = address): HostileAddress => ({ what, address, exit: 4, says });

const U = 'postgres://postgres:{PW}@127.0.0.1:{PORT}/{DB}';
const to = (port: string, query = ''): string => `postgres://postgres:hunter2@127.0.0.1:{${port}}/d?connect_timeout=1${query}`;
const EXPECTED = /expected postgres:\/\//;
const NOT_VALID = /is not a valid address|a host that cannot be one|a port that is not a number/;

export const ADDRESSES: readonly HostileAddress[] = [
  // No address at all.
  ...[
    'hunter2',
    '//u@h/d',
    'h:5432',
    'postgres',
    'postgres:',
    'http://u:hunter2@h/d',
    'mysql://u:hunter2@h/d',
    'sqlite::memory:',
  ].map((text) => wrong(text, EXPECTED)),
  ...[
    'file:///etc/passwd',
    'postgres;//u@h/d',
    '{"host":"h"}',
    '<xml/>',
    '$DATABASE_URL',
    '${DATABASE_URL}',
    '%DATABASE_URL%',
  ].map((text) => wrong(text, EXPECTED)),
  wrong('"postgres://u:hunter2@h/d"', EXPECTED, 'quotes of a shell around it'),
  wrong('DATABASE_URL=postgres://u:hunter2@h/d', /./, 'an assignment'),
  wrong('psql postgres://u:hunter2@h/d', /./, 'a command line'),
  wrong(' \n ', /./, 'white space'),
  wrong('postgres://u:hunter2@h/d\u0000', /./, 'a NUL at the end'),
  wrong('postgres://u:hunter2@h\u0000.evil/d', /./, 'a NUL in the host'),
  wrong('host=h\u0000 user=u', /./, 'a NUL in a word'),
  wrong('postgres://u:hunter2@h/d\npostgres://u:hunter2@i/d', /./, 'two lines'),
  wrong(`postgres://u:${'hunter2'.repeat(200_000)}@h:x/d`, /./, 'a password of 1 MB'),
  // Hosts and ports.
  wrong('postgres://u:hunter2@h:0/d', /a port that is not a number/),
  wrong('postgres://u:hunter2@h:65536/d', /a port that is not a number/),
  wrong('postgres://u:hunter2@h:-1/d', NOT_VALID),
  wrong('postgres://u:hunter2@h:5432x/d', NOT_VALID),
  wrong('postgres://u:hunter2@h:5432:5433/d', NOT_VALID),
  wrong('postgres://u:hunter2@h: 5432/d', NOT_VALID),
  wrong('postgres://u:hunter2@h:５４３２/d', NOT_VALID, 'a port in wide digits'),
  wrong('postgres://u:hunter2@h:1e3/d', NOT_VALID),
  wrong('host=h port=5432.0 user=u', /a port that is not a number/),
  wrong('postgres://u:hunter2@[::1/d', /./),
  wrong('postgres://u:hunter2@::1/d', /./),
  wrong('postgres://u:hunter2@[h]/d', NOT_VALID),
  wrong('postgres://u:hunter2@h$(id)/d', NOT_VALID),
  wrong('postgres://u:hunter2@h`id`/d', NOT_VALID),
  wrong('postgres://u:hunter2@h;id/d', NOT_VALID),
  wrong('postgres://u:hunter2@h|id/d', NOT_VALID),
  wrong('postgres://u:hunter2@<h>/d', NOT_VALID),
  wrong('postgres://u:hunter2@h h/d', NOT_VALID),
  wrong('postgres://u:hunter2@h\u001b[2J/d', NOT_VALID, 'a host that clears the screen'),
  wrong('postgres://u:hunter2@h\u202e/d', NOT_VALID, 'a host that turns the text round'),
  wrong("host='h user=u", /./),
  wrong("host='h' 'x'", /./),
  wrong('host= = user=u', /./),
  wrong('host=h user', /./),
  wrong('host=h =x', /./),
  wrong('host=h hostaddr=999.1.1.1 user=u', /hostaddr that is not a numeric/),
  wrong('host=h hostaddr=h user=u', /hostaddr that is not a numeric/),
  wrong('postgres://u@h1,h2,h3/d?port=1,2', /2 ports for 3 hosts/),
  wrong('host=a,b,c hostaddr=10.0.0.1,10.0.0.2 user=u', /3 names in host and 2 addresses/),
  // Parameters.
  ...['sslmode=Require', 'sslmode=%20', 'ssl=yes-please', 'sslmode=require&sslmode=bogus', 'sslmode[]=require'].map((query) =>
    wrong(`postgres://u:hunter2@h/d?${query}`, /ssl/),
  ),
  ...['connect_timeout=x', 'connect_timeout=1e9', 'keepalives_idle=1.5', 'connect_timeout=99999999999'].map((query) =>
    wrong(`postgres://u:hunter2@h/d?${query}`, /whole number of seconds/),
  ),
  ...[
    'target_session_attrs=any%27',
    'channel_binding=maybe',
    'load_balance_hosts=yes',
    'sslnegotiation=fast',
    'sslcertmode=always',
  ].map((query) => wrong(`postgres://u:hunter2@h/d?${query}`, /none of|which/)),
  ...[
    '__proto__=x',
    'constructor=x',
    'toString=x',
    'hasOwnProperty=x',
    'foo=bar',
    'sslmod=require',
    'passwd=hunter2',
    'schemas=a',
  ].map((query) => wrong(`postgres://u:hunter2@h/d?${query}`, /the parameter .*, which is not known/)),
  wrong('postgres://u:hunter2@h/d?sslmode=require%00', NOT_VALID),
  wrong('postgres://u:hunter2@h/d?=x', /./),
  wrong('postgres://u:hunter2@h/d?%zz=x', /./),
  wrong('postgres://u:hunter2@h/%zz', /./),
  wrong('postgres://u:hunter2@h/%00', /./),
  wrong('postgres://u%00:hunter2@h/d', /./),
  wrong('postgres://u:hunter2@h/d?password=%00', /./),
  wrong('postgres://u:hunter2@h/d?options=%00', /./),
  wrong('postgres://u:hunter2@h/d?replication=database', /replication/),
  wrong('postgres://u:hunter2@h/d?requirepeer=root', /requirepeer/),
  wrong('postgres://u:hunter2@h/d?gssencmode=require', /gssencmode/),
  wrong('service=nowhere', /a service that none of/),
  wrong('postgres://u:hunter2@h/d?service=nowhere', /a service that none of/),
  { ...wrong('service=a', /./, 'a service file that is a directory'), environment: { PGSERVICEFILE: '/' } },
  { ...wrong('postgres://u:hunter2@h/d', /sslmode/, 'a variable of libpq that is wrong'), environment: { PGSSLMODE: 'bogus' } },
  { ...wrong('postgres://u:hunter2@/d', /port/, 'a port by variable that is none'), environment: { PGPORT: 'x' } },
  // A password that was not escaped.
  ...['hunter2@x#y', 'hunter2/x', 'hunter2/x?y=1', '12/hunter2', 'hunter2%x', 'hunter2@12?x=1'].map((password) =>
    wrong(`postgres://u:${password}@127.0.0.1:{PORT}/d`, /./, `a password that was not escaped: ${password}`),
  ),
  unreached('postgres://postgres:[hunter2]@127.0.0.1:{PORT}/{DB}', /password/, 'a password in brackets, of a template'),
  unreached('postgres://postgres:<password>@127.0.0.1:{PORT}/{DB}', /password/, 'a password that is a template'),
  // Servers that are none, or not this one.
  unreached('postgres://postgres:hunter2@127.0.0.1:1/d', /ECONNREFUSED/),
  unreached('postgres://u:hunter2@db.invalid/d', /cannot be resolved/),
  unreached('postgres://u:hunter2@/d?host=/nowhere', /no server listens on the Unix socket/),
  unreached('postgres://postgres:hunter2@127.0.0.1:{PORT}/{DB}', /password/, 'a wrong password'),
  unreached('postgres://postgres@127.0.0.1:{PORT}/{DB}', /password/, 'no password'),
  unreached('postgres://nobody:{PW}@127.0.0.1:{PORT}/{DB}', /nobody/, 'a role that is not there'),
  unreached('postgres://postgres:{PW}@127.0.0.1:{PORT}/nowhere', /nowhere/, 'a database that is not there'),
  unreached(`postgres://postgres:{PW}@127.0.0.1:{PORT}/${'x'.repeat(100_000)}`, /./, 'a database with a name of 100 KB'),
  unreached('postgres://postgres:{PW}@127.0.0.1:{PORT}/a%22%3B%20drop', /a"; drop/, 'a database with quotes'),
  unreached(`${U}?options=-c%20nonsense%3Dx`, /nonsense/, 'an option that is none'),
  unreached(`${U}?options=-c%20work_mem%3Dx`, /work_mem/, 'an option with a wrong value'),
  unreached(`${U}?options=--nonsense`, /./, 'an option of no server'),
  unreached(`${U}?role=nobody`, /nobody/, 'an own role that is not there'),
  unreached(`${U}?search_path=%22`, /./, 'a search path with an open quote'),
  unreached(`${U}?target_session_attrs=standby`, /standby/, 'a primary where a standby is wanted'),
  unreached(`${U}?channel_binding=require`, /channel_binding/, 'channel binding without TLS'),
  unreached(`${U}?require_auth=md5`, /require_auth/, 'another way to log in'),
  unreached(to('HTTP'), /./, 'a server of the web'),
  unreached(to('SSH'), /./, 'a server of SSH'),
  unreached(to('GARBAGE'), /./, 'a server that answers with random bytes'),
  unreached(to('FLOOD'), /./, 'a server that answers without end'),
  unreached(to('LENGTH'), /./, 'a server that announces a message of 2 GB'),
  unreached(to('ERROR', '&sslmode=disable'), /bad/, 'a server that answers with an error in a hostile text'),
  unreached(to('SHUT'), /./, 'a server that hangs up'),
  unreached(to('DEAF'), /./, 'a server that never answers'),
  unreached(to('ASKS'), /./, 'a server that asks for the password in the clear'),
];

/** TLS; the server has none. */
export const TLS: readonly HostileAddress[] = [
  ...['require', 'verify-ca&sslrootcert=system', 'verify-full&sslrootcert=system'].map((mode) =>
    mode.startsWith('verify-ca') ? wrong(`${U}?sslmode=${mode}`, /verify-full/) : unreached(`${U}?sslmode=${mode}`, /TLS/),
  ),
  wrong(`${U}?sslmode=require&sslnegotiation=direct&sslmode=prefer`, /sslnegotiation/),
  wrong(`${U}?ssl_min_protocol_version=TLSv9`, /ssl_min_protocol_version/),
  wrong(`${U}?ssl_min_protocol_version=TLSv1.3&ssl_max_protocol_version=TLSv1.2`, /ssl_m/),
  unreached(
    to('YES', '&sslmode=verify-full&sslrootcert={GARBAGE_FILE}'),
    /sslmode and its files/,
    'a root that is no certificate',
  ),
  unreached(to('YES', '&sslmode=verify-full&sslrootcert=/nowhere/ca.pem'), /sslrootcert/, 'a root that is not there'),
  unreached(to('YES', '&sslmode=verify-full'), /root/, 'a certificate to be verified, and no roots'),
  unreached(to('YES', '&sslmode=verify-full&sslrootcert=/'), /sslrootcert/, 'a root that is a directory'),
  unreached(
    to('YES', '&sslmode=require&sslcert={GARBAGE_FILE}&sslkey={GARBAGE_FILE}'),
    /not in the PEM form/,
    'a certificate that is none',
  ),
  unreached(
    to('YES', '&sslmode=require&sslcert=/nowhere/c.pem&sslkey={GARBAGE_FILE}'),
    /sslcert/,
    'a certificate that is not there',
  ),
  unreached(to('YES', '&sslmode=require&sslcert={GARBAGE_FILE}&sslkey=/nowhere/k.pem'), /sslkey/, 'a key that is not there'),
  unreached(
    to('YES', '&sslmode=verify-ca&sslrootcert={GARBAGE_FILE}&sslcrl={GARBAGE_FILE}'),
    /sslcrl/,
    'a list of revoked ones that is none',
  ),
  unreached(to('YES', '&sslmode=require'), /./, 'a server that says yes to TLS and speaks none'),
  unreached(to('YES', '&sslmode=prefer'), /./, 'the same where TLS is preferred'),
  unreached(to('HTTP', '&sslmode=require'), /is not PostgreSQL/, 'a server of the web that is asked for TLS'),
  unreached(to('STUFFED', '&sslmode=require'), /is not PostgreSQL/, 'bytes behind the yes to TLS, in the clear'),
  unreached(to('DEAF', '&sslmode=require'), /./, 'a server that never answers when asked for TLS'),
  unreached(to('SHUT', '&sslmode=require'), /./, 'a server that hangs up when asked for TLS'),
  unreached(to('SHUT', '&sslmode=require&sslnegotiation=direct'), /./, 'a server that hangs up on TLS at once'),
  unreached(to('ERROR', '&sslmode=require'), /./, 'a server that answers the question of TLS with an error'),
];
