import { byPath, padded } from '../../../bench/peers/peer.js';
import { npmInstall } from '../../../bench/peers/tools-folder.js';
import type { Installed, RealTool } from '../real-tool.js';

const sql = (migrations: readonly string[]): Record<string, string> =>
  byPath(migrations, (text, n) => [`sql/${1_700_000_000_000 + n}-step.sql`, text]);

/** A program of the project, with the packages in its sight. */
function programOf(
  bin: string,
  name: string,
  text: string,
): Pick<Installed, 'version' | 'up'> & { readonly program: Record<string, string> } {
  const modules = `${bin}/..`;
  return {
    version: ['node', '-p', `require('${modules}/${name}/package.json').version`],
    program: {
      'migrate.cjs': text.replace(/require\('([^.'][^']*)'\)/g, (_, module: string) => `require('${modules}/${module}')`),
    },
    up: (url) => ({ command: ['node', 'migrate.cjs'], env: { DATABASE_URL: url } }),
  };
}

const drizzle: RealTool = {
  name: 'drizzle',
  afterFailure: 'clean',
  async install() {
    const { program, ...tool } = programOf(
      await npmInstall('drizzle-orm', 'pg'),
      'drizzle-orm',
      `const { drizzle } = require('drizzle-orm/node-postgres');
const { migrate } = require('drizzle-orm/node-postgres/migrator');
const db = drizzle(process.env.DATABASE_URL);
migrate(db, { migrationsFolder: 'migrations' }).then(() => db.$client.end());
`,
    );
    return {
      ...tool,
      directory: 'migrations',
      layout(migrations) {
        const tag = (n: number): string => `${padded(n, 4)}_step`;
        const entries = migrations.map((_, n) => ({
          idx: n,
          version: '7',
          when: 1_700_000_000_000 + n,
          tag: tag(n),
          breakpoints: true,
        }));
        return {
          ...program,
          'migrations/meta/_journal.json': JSON.stringify({ version: '7', dialect: 'postgresql', entries }),
          ...byPath(migrations, (text, n) => [
            `migrations/${tag(n)}.sql`,
            text.replaceAll(';\n', ';\n--> statement-breakpoint\n'),
          ]),
        };
      },
    };
  },
};

const typeorm: RealTool = {
  name: 'typeorm',
  afterFailure: 'clean',
  async install() {
    const { program, ...tool } = programOf(
      await npmInstall('typeorm', 'pg', 'reflect-metadata'),
      'typeorm',
      `const { DataSource } = require('typeorm');
const source = new DataSource({ type: 'postgres', url: process.env.DATABASE_URL, migrations: [__dirname + '/migrations/*.cjs'], migrationsTransactionMode: 'each' });
source.initialize().then(() => source.runMigrations()).then(() => source.destroy());
`,
    );
    return {
      ...tool,
      directory: 'sql',
      sql,
      layout: (migrations) => ({
        ...program,
        ...byPath(migrations, (text, n) => {
          const version = 1_700_000_000_000 + n;
          const up = `async up(runner) { await runner.query(${JSON.stringify(text)}); }`;
          return [`migrations/${version}-step.cjs`, `exports.step${version} = class step${version} { ${up} async down() {} };\n`];
        }),
      }),
    };
  },
};

const sequelize: RealTool = {
  name: 'sequelize',
  afterFailure: 'clean',
  async install() {
    const { program, ...tool } = programOf(
      await npmInstall('umzug', 'sequelize', 'pg'),
      'umzug',
      `const { Umzug, SequelizeStorage } = require('umzug');
const { Sequelize } = require('sequelize');
const sequelize = new Sequelize(process.env.DATABASE_URL, { logging: false });
const umzug = new Umzug({ migrations: { glob: 'migrations/*.cjs' }, context: sequelize, storage: new SequelizeStorage({ sequelize }), logger: undefined });
umzug.up().then(() => sequelize.close());
`,
    );
    return {
      ...tool,
      directory: 'sql',
      sql,
      layout: (migrations) => ({
        ...program,
        ...byPath(migrations, (text, n) => [
          `migrations/${1_700_000_000_000 + n}-step.cjs`,
          `exports.up = ({ context }) => context.query(${JSON.stringify(text)});\n`,
        ]),
      }),
    };
  },
};

/**
 * With the schema engine that comes in the package, as WebAssembly, and an adapter; the engine as a program would be downloaded. The adapter
 * does not know PostgreSQL's type `name`, which the engine's first query returns.
 */
const PRISMA_CONFIG = `import pg from 'pg';
import { PrismaPg } from '@prisma/adapter-pg';
const { addFields } = pg.Result.prototype;
pg.Result.prototype.addFields = function (fields) {
  for (const field of fields) if (field.dataTypeID === 19) field.dataTypeID = 25;
  return addFields.call(this, fields);
};
export default {
  experimental: { adapter: true },
  engine: 'js',
  schema: 'schema.prisma',
  migrations: { path: 'migrations' },
  adapter: async () => new PrismaPg({ connectionString: process.env.DATABASE_URL }),
};
`;

const prisma: RealTool = {
  name: 'prisma',
  afterFailure: 'dirty',
  async install() {
    const bin = await npmInstall('prisma@6.19', '@prisma/adapter-pg@6.19');
    const env = { CHECKPOINT_DISABLE: '1', PRISMA_QUERY_ENGINE_LIBRARY: '/bin/true', PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true' };
    return {
      version: ['node', '-p', `require('${bin}/../prisma/package.json').version`],
      directory: 'migrations',
      layout: (migrations) => ({
        'prisma.config.ts': PRISMA_CONFIG.replace(
          /from '([^']+)'/g,
          (_, module: string) => `from '${bin}/../${module}${module === 'pg' ? '/esm/index.mjs' : '/dist/index.mjs'}'`,
        ),
        'schema.prisma': 'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n}\n',
        'migrations/migration_lock.toml': 'provider = "postgresql"\n',
        ...byPath(migrations, (text, n) => [`migrations/2024010100${padded(n, 4)}_step/migration.sql`, text]),
      }),
      up: (url) => ({ command: [`${bin}/prisma`, 'migrate', 'deploy'], env: { ...env, DATABASE_URL: url } }),
    };
  },
};

const postgresMigrations: RealTool = {
  name: 'postgres-migrations',
  afterFailure: 'clean',
  async install() {
    const { program, ...tool } = programOf(
      await npmInstall('postgres-migrations', 'pg'),
      'postgres-migrations',
      `const { migrate } = require('postgres-migrations');
const { Client } = require('pg');
const client = new Client({ connectionString: process.env.DATABASE_URL });
client.connect().then(() => migrate({ client }, 'migrations')).then(() => client.end());
`,
    );
    return {
      ...tool,
      directory: 'migrations',
      layout: (migrations) => ({
        ...program,
        ...byPath(migrations, (text, n) => [`migrations/${n + 1}_step${n}.sql`, text]),
      }),
    };
  },
};

export const NODE_TOOLS: readonly RealTool[] = [drizzle, typeorm, sequelize, prisma, postgresMigrations];
