/**
 * Schemas that platforms bring along, with trackers of their own in some: what lies there says nothing of the project's migrations, and
 * does not make a database an old one.
 */
export const PLATFORM_SCHEMAS: readonly string[] = [
  // Supabase
  ...['auth', 'storage', 'realtime', '_realtime', 'supabase_functions', 'supabase_migrations', '_analytics', '_supavisor'],
  ...['vault', 'pgsodium', 'pgsodium_masks', 'graphql', 'graphql_public', 'extensions', 'net', 'pgbouncer', 'pgtle'],
  // Hasura
  ...['hdb_catalog', 'hdb_lib', 'hdb_views'],
  // Neon, Aiven, Google, Azure, AWS
  ...[
    'neon',
    'neon_auth',
    'aiven_extras',
    'google_ml',
    'google_vacuum_mgmt',
    'azure',
    'rdsadmin',
    'aws_commons',
    'aws_lambda',
    'aws_s3',
  ],
  // Extensions and libraries that migrate themselves
  ...['cron', 'partman', 'pgboss', 'graphile_worker', 'timescaledb_information', 'topology', 'tiger'],
];
