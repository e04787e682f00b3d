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
import { flyway } from './flyway.js';
import { golangMigrate } from './golang-migrate.js';
import { goose } from './goose.js';
import { graphileMigrate } from './graphile-migrate.js';
import { knex } from './knex.js';
import { liquibase } from './liquibase.js';
import { nodePgMigrate } from './node-pg-migrate.js';
import { pgroll } from './pgroll.js';
import { prisma } from './prisma.js';
import { rails } from './rails.js';
import { reshape } from './reshape.js';
import { sequelize } from './sequelize.js';
import { sqitch } from './sqitch.js';
import { sqlx } from './sqlx.js';
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
  flyway,
  golangMigrate,
  goose,
  graphileMigrate,
  knex,
  liquibase,
  nodePgMigrate,
  pgroll,
  prisma,
  rails,
  reshape,
  sequelize,
  sqitch,
  sqlx,
  tern,
  typeorm,
];

/** Umzug is what Sequelize's own command migrates with. */
const ALIASES: Readonly<Record<string, string>> = { umzug: 'sequelize' };

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
