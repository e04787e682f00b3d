import { createHash } from 'node:crypto';
import { byPath, padded, type Peer } from './peer.js';
import { npmInstall, npmVersion } from './tools-folder.js';

export const nodePgMigrate: Peer = {
  name: 'node-pg-migrate',
  commits: 'all at once',
  async install() {
    const program = `${await npmInstall('node-pg-migrate', 'pg')}/node-pg-migrate`;
    return {
      version: npmVersion('node-pg-migrate'),
      layout: (sql) => byPath(sql, (text, n) => [`migrations/${1_700_000_000_000 + n}_step.sql`, `-- Up Migration\n${text}`]),
      up: (url) => ({ command: [program, 'up'], env: { DATABASE_URL: url } }),
    };
  },
};

export const graphileMigrate: Peer = {
  name: 'graphile-migrate',
  commits: 'each file',
  async install() {
    const program = `${await npmInstall('graphile-migrate')}/graphile-migrate`;
    return {
      version: [program, '--version'],
      layout(sql) {
        let previous = '';
        const committed = byPath(sql, (text, n) => {
          const hash = `sha1:${createHash('sha1')
            .update(`${`${previous}\n${text.trim()}`.trim()}\n`)
            .digest('hex')}`;
          const head = `--! Previous: ${previous || '-'}\n--! Hash: ${hash}\n\n`;
          previous = hash;
          return [`migrations/committed/${padded(n)}.sql`, `${head}${text.trim()}\n`];
        });
        return { '.gmrc': '{ "pgSettings": {}, "placeholders": {} }', 'migrations/current.sql': '', ...committed };
      },
      up: (url) => ({ command: [program, 'migrate'], env: { DATABASE_URL: url, SHADOW_DATABASE_URL: `${url}_shadow` } }),
    };
  },
};

export const knex: Peer = {
  name: 'knex',
  commits: 'each file',
  async install() {
    const bin = await npmInstall('knex', 'pg');
    return {
      version: [`${bin}/knex`, '--version'],
      layout: (sql) => ({
        // Its command line wants to be installed in the project; this is what its documentation has for programs.
        'migrate.js': `const knex = require('${bin}/../knex')({ client: 'pg', connection: process.env.DATABASE_URL });\nknex.migrate.latest().then(() => knex.destroy());\n`,
        ...byPath(sql, (text, n) => [
          `migrations/${padded(n)}_step.js`,
          `exports.up = (knex) => knex.raw(${JSON.stringify(text)});\nexports.down = () => {};\n`,
        ]),
      }),
      up: (url) => ({ command: ['node', 'migrate.js'], env: { DATABASE_URL: url } }),
    };
  },
};

export const drizzle: Peer = {
  name: 'drizzle',
  commits: 'all at once',
  async install() {
    const modules = `${await npmInstall('drizzle-orm', 'pg')}/..`;
    return {
      version: npmVersion('drizzle-orm'),
      layout: (sql) => ({
        'migrate.js': `const { drizzle } = require('${modules}/drizzle-orm/node-postgres/index.cjs');
const { migrate } = require('${modules}/drizzle-orm/node-postgres/migrator.cjs');
const db = drizzle(process.env.DATABASE_URL);
migrate(db, { migrationsFolder: 'migrations' }).then(() => db.$client.end());
`,
        'migrations/meta/_journal.json': JSON.stringify({
          version: '7',
          dialect: 'postgresql',
          entries: sql.map((_, idx) => ({
            idx,
            version: '7',
            when: 1_700_000_000_000 + idx,
            tag: padded(idx),
            breakpoints: true,
          })),
        }),
        ...byPath(sql, (text, n) => [`migrations/${padded(n)}.sql`, text]),
      }),
      up: (url) => ({ command: ['node', 'migrate.js'], env: { DATABASE_URL: url } }),
    };
  },
};
