import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { byPath, padded } from '../../../bench/peers/peer.js';
import { cargoInstall, goInstall, pipInstall, TOOLS } from '../../../bench/peers/tools-folder.js';
import type { RealTool } from '../real-tool.js';

const run = promisify(execFile);

const diesel: RealTool = {
  name: 'diesel',
  afterFailure: 'clean',
  async install() {
    const program = await cargoInstall('diesel_cli', 'diesel', 'postgres');
    return {
      version: [program, '--version'],
      directory: 'migrations',
      layout: (migrations) => ({
        'diesel.toml': '',
        ...byPath(migrations, (text, n) => [`migrations/2024-01-01-00${padded(n, 4)}_step/up.sql`, text]),
        ...byPath(migrations, (_, n) => [`migrations/2024-01-01-00${padded(n, 4)}_step/down.sql`, 'select 1;\n']),
      }),
      up: (url) => ({ command: [program, 'migration', 'run', '--database-url', url] }),
    };
  },
};

const django: RealTool = {
  name: 'django',
  afterFailure: 'clean',
  async install() {
    const bin = await pipInstall('django-admin', 'django', 'psycopg[binary]');
    return {
      version: [`${bin}/python`, '-m', 'django', '--version'],
      directory: 'sql/orders',
      sql: (migrations) => byPath(migrations, (text, n) => [`sql/orders/${padded(n, 4)}_step.sql`, text]),
      layout: (migrations) => ({
        'manage.py': DJANGO,
        'orders/__init__.py': '',
        'orders/migrations/__init__.py': '',
        ...byPath(migrations, (text, n) => [
          `orders/migrations/${padded(n, 4)}_step.py`,
          `from django.db import migrations\nclass Migration(migrations.Migration):\n    dependencies = [${
            n === 0 ? '' : `('orders', '${padded(n - 1, 4)}_step')`
          }]\n    operations = [migrations.RunSQL(${JSON.stringify(text)})]\n`,
        ]),
      }),
      up: (url) => ({ command: [`${bin}/python`, 'manage.py', 'migrate', 'orders'], env: { DATABASE_URL: url } }),
    };
  },
};

const DJANGO = `import os, sys
from urllib.parse import urlparse
from django.conf import settings
url = urlparse(os.environ['DATABASE_URL'])
settings.configure(INSTALLED_APPS=['orders'], DATABASES={'default': {'ENGINE': 'django.db.backends.postgresql', 'NAME': url.path[1:],
  'USER': url.username, 'PASSWORD': url.password or '', 'HOST': url.hostname, 'PORT': url.port}})
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
`;

/** Active Record as the system has it (Debian: ruby-activerecord, ruby-pg); a gem with C in it wants a compiler. */
const rails: RealTool = {
  name: 'rails',
  afterFailure: 'clean',
  async install() {
    const version = ['ruby', '-e', "require 'active_record'; require 'pg'; puts ActiveRecord.version"];
    await run(version[0]!, version.slice(1));
    return {
      version,
      directory: 'sql',
      sql: (migrations) => byPath(migrations, (text, n) => [`sql/2024010100${padded(n, 4)}_step.sql`, text]),
      layout: (migrations) => ({
        'migrate.rb': RAILS,
        ...byPath(migrations, (text, n) => [
          `db/migrate/2024010100${padded(n, 4)}_step${n}.rb`,
          `class Step${n} < ActiveRecord::Migration[6.1]\n  def up\n    execute ${JSON.stringify(text)}\n  end\nend\n`,
        ]),
      }),
      up: (url) => ({ command: ['ruby', 'migrate.rb'], env: { DATABASE_URL: url } }),
    };
  },
};

const RAILS = `require 'active_record'
ActiveRecord::Base.establish_connection(ENV['DATABASE_URL'])
ActiveRecord::MigrationContext.new('db/migrate', ActiveRecord::SchemaMigration).migrate
`;

/** Not installed by any registry's client: on the PATH, or put into the tools' folder by hand. */
const atlas: RealTool = {
  name: 'atlas',
  afterFailure: 'dirty',
  builtByHand: true,
  async install() {
    const program = await Promise.any(
      ['atlas', `${TOOLS}/bin/atlas`].map(async (path) => {
        await run(path, ['version']);
        return path;
      }),
    );
    return {
      version: [program, 'version'],
      directory: 'migrations',
      layout: (migrations) => byPath(migrations, (text, n) => [`migrations/2024010100${padded(n, 4)}_step.sql`, text]),
      // In a transaction a failure leaves nothing.
      breakable(files, index) {
        const path = `migrations/2024010100${padded(index, 4)}_step.sql`;
        return { ...files, [path]: `-- atlas:txmode none\n\n${files[path]}` };
      },
      finish: { command: [program, 'migrate', 'hash', '--dir', 'file://migrations'] },
      up: (url) => ({
        command: [
          program,
          'migrate',
          'apply',
          '--dir',
          'file://migrations',
          '--url',
          `${url}?sslmode=disable&search_path=public`,
        ],
      }),
    };
  },
};

const sqlMigrate: RealTool = {
  name: 'sql-migrate',
  afterFailure: 'clean',
  async install() {
    const program = await goInstall('github.com/rubenv/sql-migrate/sql-migrate@latest', 'sql-migrate');
    return {
      version: ['sh', '-c', `go version -m ${program} | grep -m1 -w mod`],
      directory: 'migrations',
      layout: (migrations) => ({
        'dbconfig.yml': 'development:\n  dialect: postgres\n  datasource: ${DATABASE_URL}\n  dir: migrations\n',
        ...byPath(migrations, (text, n) => [
          `migrations/2024010100${padded(n, 4)}-step.sql`,
          `-- +migrate Up\n${text}\n-- +migrate Down\nselect 1;\n`,
        ]),
      }),
      up: (url) => ({ command: [program, 'up'], env: { DATABASE_URL: `${url}?sslmode=disable` } }),
    };
  },
};

export const OTHER_TOOLS: readonly RealTool[] = [diesel, django, rails, atlas, sqlMigrate];
