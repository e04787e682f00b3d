/** libpq's parameters that Pawl honours, with the variable that stands in for each (PostgreSQL 18 documentation, 34.1.2 and 34.15). */
export const HONOURED: Readonly<Record<string, string | undefined>> = {
  host: 'PGHOST',
  hostaddr: 'PGHOSTADDR',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  service: 'PGSERVICE',
  servicefile: 'PGSERVICEFILE',
  options: 'PGOPTIONS',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
  load_balance_hosts: 'PGLOADBALANCEHOSTS',
  keepalives: undefined,
  keepalives_idle: undefined,
  channel_binding: 'PGCHANNELBINDING',
  require_auth: 'PGREQUIREAUTH',
  sslmode: 'PGSSLMODE',
  requiressl: 'PGREQUIRESSL',
  sslnegotiation: 'PGSSLNEGOTIATION',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  sslpassword: undefined,
  sslcertmode: 'PGSSLCERTMODE',
  sslcrl: 'PGSSLCRL',
  sslcrldir: 'PGSSLCRLDIR',
  ssl_min_protocol_version: 'PGSSLMINPROTOCOLVERSION',
  ssl_max_protocol_version: 'PGSSLMAXPROTOCOLVERSION',
};

/** Settings of the server that an address may give; lib/pq, pgx and JDBC pass them on as they are. */
export const SETTINGS: Readonly<Record<string, string>> = {
  search_path: 'search_path',
  role: 'role',
  timezone: 'timezone',
  TimeZone: 'timezone',
  datestyle: 'datestyle',
  DateStyle: 'datestyle',
  intervalstyle: 'intervalstyle',
  default_tablespace: 'default_tablespace',
  default_table_access_method: 'default_table_access_method',
  temp_tablespaces: 'temp_tablespaces',
  work_mem: 'work_mem',
  maintenance_work_mem: 'maintenance_work_mem',
  max_parallel_maintenance_workers: 'max_parallel_maintenance_workers',
  row_security: 'row_security',
  jit: 'jit',
  geqo: 'geqo',
};

/** Variables of libpq's that set a setting of the server. */
export const SETTING_VARIABLES: Readonly<Record<string, string>> = { PGTZ: 'timezone', PGDATESTYLE: 'datestyle', PGGEQO: 'geqo' };

/** Other names of the same, as other drivers and tools have them. */
export const SPELLINGS: Readonly<Record<string, string>> = {
  database: 'dbname',
  username: 'user',
  // JDBC
  connectTimeout: 'connect_timeout',
  loginTimeout: 'connect_timeout',
  channelBinding: 'channel_binding',
  sslNegotiation: 'sslnegotiation',
  tcpKeepAlive: 'keepalives',
  currentSchema: 'search_path',
  // Rails
  schema_search_path: 'search_path',
  // sqlx
  'ssl-mode': 'sslmode',
  'ssl-root-cert': 'sslrootcert',
  'ssl-ca': 'sslrootcert',
  'ssl-cert': 'sslcert',
  'ssl-key': 'sslkey',
  // pgx
  krbspn: 'krbspn',
};

/** Why a parameter of another program, or one that Pawl decides itself, changes nothing. */
export const IGNORED: readonly { readonly why: string; readonly names: readonly string[] }[] = [
  {
    why: 'Pawl names its sessions itself, so that a later attempt recognises them',
    names: ['application_name', 'fallback_application_name', 'ApplicationName', 'assumeMinServerVersion'],
  },
  { why: 'Pawl and its files speak UTF-8', names: ['client_encoding', 'encoding', 'charset', 'allowEncodingChanges'] },
  {
    why: 'the configuration of the target says it (`lockTimeout`, `statementTimeout`), or Pawl',
    names: [
      ...['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'idle_session_timeout'],
      ...['transaction_timeout', 'query_timeout', 'socket_timeout', 'socketTimeout', 'default_transaction_isolation'],
      ...['default_transaction_read_only', 'default_transaction_deferrable', 'standard_conforming_strings'],
      ...['client_min_messages', 'timeout', 'command_timeout', 'readOnly', 'readOnlyMode', 'autosave'],
    ],
  },
  {
    why: 'Node.js cannot set it for a socket; the server watches the connection in its stead',
    names: ['keepalives_interval', 'keepalives_count', 'tcp_user_timeout', 'tcpNoDelay', 'sendBufferSize', 'receiveBufferSize'],
  },
  {
    why: 'Kerberos is not spoken; a server that asks for it refuses the login',
    names: [
      ...['krbsrvname', 'krbspn', 'gsslib', 'gssdelegation', 'kerberosServerName', 'jaasApplicationName', 'jaasLogin'],
      ...['gssResponseTimeout', 'gssUseDefaultCreds', 'useSpnego', 'sspiServiceClass'],
    ],
  },
  { why: 'it has no effect any more', names: ['sslcompression', 'authtype', 'tty', 'uselibpqcompat', 'protocolVersion'] },
  {
    why: 'the name of the server is always sent, and the protocol is 3.0',
    names: ['sslsni', 'min_protocol_version', 'max_protocol_version'],
  },
  {
    why: 'it is for a pool or a cache of statements (Prisma, pgx, sqlx, Rails, SQLAlchemy); Pawl has neither',
    names: [
      ...['connection_limit', 'pool_timeout', 'pgbouncer', 'statement_cache_size', 'single_use_connections'],
      ...['max_connection_lifetime', 'max_idle_connection_lifetime', 'pool_max_conns', 'pool_min_conns', 'pool_min_idle_conns'],
      ...['pool_max_conn_lifetime', 'pool_max_conn_lifetime_jitter', 'pool_max_conn_idle_time', 'pool_health_check_period'],
      ...['default_query_exec_mode', 'statement_cache_capacity', 'statement_cache_mode', 'description_cache_capacity'],
      ...['prefer_simple_protocol', 'min_read_buffer_size', 'statement-cache-capacity', 'pool', 'pool_size', 'max', 'min'],
      ...['checkout_timeout', 'reaping_frequency', 'idle_timeout', 'prepared_statements', 'advisory_locks', 'adapter'],
      ...['max_overflow', 'pool_recycle', 'pool_pre_ping', 'conn_max_age', 'serverVersion', 'prepared_statement_cache_size'],
      ...['binary_parameters', 'disable_prepared_binary_result', 'supa', 'workaround'],
    ],
  },
  {
    why: 'it tunes the JDBC driver',
    names: [
      ...['prepareThreshold', 'preparedStatementCacheQueries', 'preparedStatementCacheSizeMiB', 'databaseMetadataCacheFields'],
      ...['databaseMetadataCacheFieldsMiB', 'defaultRowFetchSize', 'binaryTransfer', 'binaryTransferEnable'],
      ...['binaryTransferDisable', 'stringtype', 'reWriteBatchedInserts', 'cleanupSavepoints', 'logUnclosedConnections'],
      ...['loggerLevel', 'loggerFile', 'disableColumnSanitiser', 'escapeSyntaxCallMode', 'hideUnprivilegedObjects'],
      ...['hostRecheckSeconds', 'logServerErrorDetail', 'maxResultBuffer', 'maxSendBufferSize', 'preferQueryMode'],
      ...['quoteReturningIdentifiers', 'sslResponseTimeout', 'unknownLength', 'xmlFactoryFactory', 'adaptiveFetch'],
      ...['adaptiveFetchMinimum', 'adaptiveFetchMaximum', 'groupStartupParameters', 'cancelSignalTimeout'],
    ],
  },
];

/** Spelled out by resolve-address.ts, since the value decides what they mean. */
export const INTERPRETED = [
  ...['schema', 'ssl', 'sslaccept', 'sslidentity', 'sslfactory', 'targetServerType', 'loadBalanceHosts', 'gssencmode'],
  ...['gssEncMode', 'replication', 'requirepeer'],
];

/** What no connection of Pawl's can honour, and why; to ignore it would be to connect in another way than was asked for. */
export const REFUSED: Readonly<Record<string, string>> = {
  socketFactory: 'gives the name of a Java class; use the address that the proxy of the cloud listens on',
  socketFactoryArg: 'belongs to a Java class; use the address that the proxy of the cloud listens on',
  sslhostnameverifier: 'gives the name of a Java class; sslmode=verify-full compares the name',
  sslpasswordcallback: 'gives the name of a Java class; sslpassword has the password of the key',
  localSocketAddress: 'cannot be chosen here',
  cloudSqlInstance: 'is for a Java class; use the address that the Cloud SQL Auth Proxy listens on',
  sslinline: 'would put certificates into the address; name files in sslrootcert, sslcert and sslkey',
  sslkeylogfile: 'would write down the keys of the connection',
  scram_client_key: 'is not supported; give the password',
  scram_server_key: 'is not supported; give the password',
  oauth_issuer: 'is not supported: Pawl cannot log in by OAuth',
  oauth_client_id: 'is not supported: Pawl cannot log in by OAuth',
  oauth_client_secret: 'is not supported: Pawl cannot log in by OAuth',
  oauth_scope: 'is not supported: Pawl cannot log in by OAuth',
};

/** golang-migrate's own, such as x-migrations-table. */
export const isToolsOwn = (name: string): boolean => name.startsWith('x-');
