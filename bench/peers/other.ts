import { byPath, padded, type Peer } from './peer.js';
import { cargoInstall, pipInstall } from './tools-folder.js';

export const sqlx: Peer = {
  name: 'sqlx',
  commits: 'each file',
  async install() {
    const program = await cargoInstall('sqlx-cli', 'sqlx', 'postgres,rustls');
    return {
      version: [program, '--version'],
      layout: (sql) => byPath(sql, (text, n) => [`migrations/${padded(n)}_step.sql`, text]),
      up: (url) => ({ command: [program, 'migrate', 'run', '--source', 'migrations', '--database-url', url] }),
    };
  },
};

export const alembic: Peer = {
  name: 'Alembic',
  commits: 'all at once',
  async install() {
    const program = `${await pipInstall('alembic', 'alembic', 'psycopg[binary]')}/alembic`;
    return {
      version: [program, '--version'],
      layout: (sql) => ({
        'alembic.ini': '[alembic]\nscript_location = scripts\n',
        'scripts/env.py': ALEMBIC_ENV,
        ...byPath(sql, (text, n) => [
          `scripts/versions/${padded(n)}_step.py`,
          `from alembic import op\nrevision = '${padded(n)}'\ndown_revision = ${n === 0 ? 'None' : `'${padded(n - 1)}'`}\ndef upgrade():\n    op.get_bind().exec_driver_sql(${JSON.stringify(text)})\n`,
        ]),
      }),
      up: (url) => ({
        command: [program, 'upgrade', 'head'],
        env: { DATABASE_URL: url.replace('postgres://', 'postgresql+psycopg://') },
      }),
    };
  },
};

const ALEMBIC_ENV = `import os
from alembic import context
from sqlalchemy import create_engine
with create_engine(os.environ['DATABASE_URL']).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
`;

export const sqitch: Peer = {
  name: 'Sqitch',
  commits: 'each file',
  // From the system's packages: it is Perl with a database driver in C.
  install: () =>
    Promise.resolve({
      version: ['sqitch', '--version'],
      layout: (sql) => ({
        'sqitch.conf': '[core]\n\tengine = pg\n[user]\n\tname = bench\n\temail = bench@example.org\n',
        'sqitch.plan': `%syntax-version=1.0.0\n%project=bench\n\n${sql
          .map((_, n) => `step${padded(n)} 2024-01-01T00:00:00Z bench <bench@example.org> # step\n`)
          .join('')}`,
        ...byPath(sql, (text, n) => [`deploy/step${padded(n)}.sql`, `begin;\n${text}commit;\n`]),
      }),
      up: (url) => ({ command: ['sqitch', 'deploy', url.replace('postgres://', 'db:pg://')] }),
    }),
};
