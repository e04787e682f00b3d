/** Tables in which other migration tools keep their books, as these tools name them. */
export const LEGACY_TRACKER_TABLES = [
  'schema_migrations',
  'schema_migration_lock',
  'schema_lock',
  'schema_version',
  'flyway_schema_history',
  'databasechangelog',
  'databasechangeloglock',
  'goose_db_version',
  'goose_lock',
  '_sqlx_migrations',
  '_prisma_migrations',
  'knex_migrations',
  'knex_migrations_lock',
  'pgmigrations',
  '__drizzle_migrations',
  'SequelizeMeta',
  'alembic_version',
  'django_migrations',
  'atlas_schema_revisions',
  'directus_migrations',
  '__diesel_schema_migrations',
  'ar_internal_metadata',
];

/** Schemas that such tools keep to themselves. */
export const LEGACY_TRACKER_SCHEMAS = ['drizzle', 'sqitch', 'graphile_migrate', 'atlas_schema_revisions', 'pgroll', 'reshape'];
