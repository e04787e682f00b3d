import { EngineError } from '../error.js';
import type { AdoptSettings } from '../target.js';
import { alembic } from './alembic.js';
import { atlas } from './atlas.js';
import { dbmate } from './dbmate.js';
import { diesel } from './diesel.js';
import { directus } from './directus.js';
import { django } from './django.js';
import { drizzle } from './drizzle.js';
import { ecto } from './ecto.js';
import { efCore } from './ef-core.js';
import { flyway } from './flyway.js';
import { golangMigrate } from './golang-migrate.js';
import { goose } from './goose.js';
import { graphileMigrate } from './graphile-migrate.js';
import { hasura } from './hasura.js';
import { hasuraState } from './hasura-state.js';
import { knex } from './knex.js';
import { liquibase } from './liquibase.js';
import { micrate } from './micrate.js';
import { mybatis } from './mybatis.js';
import { nodePgMigrate } from './node-pg-migrate.js';
import { pgroll } from './pgroll.js';
import { play } from './play.js';
import { postgresMigrations } from './postgres-migrations.js';
import { prisma } from './prisma.js';
import { rails } from './rails.js';
import { refinery } from './refinery.js';
import { reshape } from './reshape.js';
import { sequelize } from './sequelize.js';
import { sqitch } from './sqitch.js';
import { sqlMigrate } from './sql-migrate.js';
import { sqlx } from './sqlx.js';
import { supabase } from './supabase.js';
import { genericTable } from './table.js';
import { tern } from './tern.js';
import type { LegacyTool } from './tool.js';
import { typeorm } from './typeorm.js';

/** Every tool whose tracker `auto` looks for. */
export const LEGACY_TOOLS: readonly LegacyTool[] = [
  alembic,
  atlas,
  dbmate,
  diesel,
  directus,
  django,
  drizzle,
  ecto,
  efCore,
  flyway,
  golangMigrate,
  goose,
  graphileMigrate,
  hasura,
  hasuraState,
  knex,
  liquibase,
  micrate,
  mybatis,
  nodePgMigrate,
  pgroll,
  play,
  postgresMigrations,
  prisma,
  rails,
  refinery,
  reshape,
  sequelize,
  sqitch,
  sqlMigrate,
  sqlx,
  supabase,
  tern,
  typeorm,
];

/** Umzug is what Sequelize's own command migrates with. */
const ALIASES: Readonly<Record<string, string>> = { umzug: 'sequelize' };

/** The tools whose trackers may be meant: every one for `auto`, and for Hasura both of the forms that its state has had. */
export function candidates(settings: AdoptSettings): readonly LegacyTool[] {
  if (settings.from === 'auto') return LEGACY_TOOLS;
  return settings.from === hasura.name ? [hasura, hasuraState] : [namedTool(settings)];
}

/** The tool that the settings name. @throws EngineError `LEGACY_UNKNOWN_TOOL`, `LEGACY_UNSUPPORTED` */
export function namedTool(settings: AdoptSettings): LegacyTool {
  if (settings.from === 'table') return genericTable(settings);
  const name = ALIASES[settings.from] ?? settings.from;
  const tool = LEGACY_TOOLS.find((known) => known.name === name);
  if (tool) return tool;
  const known = ['auto', 'table', ...LEGACY_TOOLS.map((each) => each.name), ...Object.keys(ALIASES)].sort();
  throw new EngineError('LEGACY_UNKNOWN_TOOL', 'refused', `adopt.from: "${settings.from}" is no tool that Pawl knows`, {
    next: `Name one of: ${known.join(', ')}.`,
  });
}
