import { EngineError } from '../error.js';
import { fileFault } from './file-fault.js';
import type { Listing, MigrationFormat } from './format.js';
import { atlas } from './formats/atlas.js';
import { dbmate } from './formats/dbmate.js';
import { diesel } from './formats/diesel.js';
import { drizzle } from './formats/drizzle.js';
import { flyway } from './formats/flyway.js';
import { goose } from './formats/goose.js';
import { graphileMigrate } from './formats/graphile-migrate.js';
import { liquibase } from './formats/liquibase.js';
import { micrate } from './formats/micrate.js';
import { mybatis } from './formats/mybatis.js';
import { nodePgMigrate } from './formats/node-pg-migrate.js';
import { plain } from './formats/plain.js';
import { play } from './formats/play.js';
import { postgresMigrations } from './formats/postgres-migrations.js';
import { prisma } from './formats/prisma.js';
import { refinery } from './formats/refinery.js';
import { sqitch } from './formats/sqitch.js';
import { sqlMigrate } from './formats/sql-migrate.js';
import { sqlx } from './formats/sqlx.js';
import { supabase } from './formats/supabase.js';
import { tern } from './formats/tern.js';

/** Every format that its files show; a directory that shows none of them is {@link supabase}'s by its place, or {@link plain}. */
export const FORMATS: readonly MigrationFormat[] = [
  atlas,
  dbmate,
  diesel,
  drizzle,
  flyway,
  goose,
  graphileMigrate,
  liquibase,
  micrate,
  mybatis,
  nodePgMigrate,
  play,
  postgresMigrations,
  prisma,
  refinery,
  sqitch,
  sqlMigrate,
  sqlx,
  tern,
];

/** Names that mean a format which has another name here. */
const ALIASES: Readonly<Record<string, string>> = {
  'golang-migrate': 'plain',
  rails: 'plain',
  'ef-core': 'plain',
  hasura: 'diesel',
};

/**
 * The format that the configuration names, or the one that the directory shows.
 * @throws EngineError `FILES_UNSUPPORTED` for a name that is not known, or where the directory shows two
 */
export async function chooseFormat(listing: Listing, named: string | undefined): Promise<MigrationFormat> {
  if (named !== undefined) {
    const format = [plain, supabase, ...FORMATS].find(({ name }) => name === (ALIASES[named] ?? named));
    if (format) return format;
    const known = [plain, supabase, ...FORMATS].map(({ name }) => name).concat(Object.keys(ALIASES));
    throw new EngineError('FILES_UNSUPPORTED', 'refused', `${listing.directory}: there is no format "${named}"`, {
      next: `Name one of: ${known.sort().join(', ')}.`,
    });
  }
  const shown: MigrationFormat[] = [];
  for (const format of FORMATS) if (await format.detects(listing)) shown.push(format);
  if (shown.length > 1) throw ambiguous(listing.directory, shown);
  return shown[0] ?? ((await supabase.detects(listing)) ? supabase : plain);
}

function ambiguous(directory: string, shown: readonly MigrationFormat[]): EngineError {
  const names = shown.map(({ name }) => name);
  return fileFault(
    'FILES_UNSUPPORTED',
    directory,
    `the directory looks like ${names.join(' and like ')}`,
    `Say which it is: { directory: ${directory}, format: ${names[0]} }.`,
  );
}
