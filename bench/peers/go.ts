import { byPath, padded, type Peer } from './peer.js';
import { goInstall, npmInstall } from './tools-folder.js';

const NO_OTHERS = 'no_clickhouse no_libsql no_mssql no_mysql no_sqlite3 no_vertica no_ydb no_duckdb no_spanner';

export const goose: Peer = {
  name: 'goose',
  commits: 'each file',
  async install() {
    const program = await goInstall('github.com/pressly/goose/v3/cmd/goose@latest', 'goose', NO_OTHERS);
    return {
      version: [program, '-version'],
      layout: (sql) => byPath(sql, (text, n) => [`migrations/${padded(n)}_step.sql`, `-- +goose Up\n${text}`]),
      up: (url) => ({ command: [program, '-dir', 'migrations', 'postgres', url, 'up'] }),
    };
  },
};

export const golangMigrate: Peer = {
  name: 'golang-migrate',
  commits: 'each file',
  async install() {
    const program = await goInstall('github.com/golang-migrate/migrate/v4/cmd/migrate@latest', 'migrate', 'postgres');
    return {
      // Installed from its module it does not know its version.
      version: ['sh', '-c', `go version -m ${program} | grep -m1 -w mod`],
      layout: (sql) => byPath(sql, (text, n) => [`migrations/${padded(n)}_step.up.sql`, text]),
      up: (url) => ({ command: [program, '-path', 'migrations', '-database', `${url}?sslmode=disable`, 'up'] }),
    };
  },
};

export const tern: Peer = {
  name: 'tern',
  commits: 'each file',
  async install() {
    const program = await goInstall('github.com/jackc/tern/v2@latest', 'tern');
    return {
      version: [program, 'version'],
      layout: (sql) => byPath(sql, (text, n) => [`migrations/${padded(n, 3)}_step.sql`, text]),
      up: (url) => ({ command: [program, 'migrate', '--migrations', 'migrations', '--conn-string', url] }),
    };
  },
};

export const dbmate: Peer = {
  name: 'dbmate',
  commits: 'each file',
  async install() {
    const program = `${await npmInstall('dbmate')}/dbmate`;
    return {
      version: [program, '--version'],
      layout: (sql) => byPath(sql, (text, n) => [`migrations/${padded(n)}_step.sql`, `-- migrate:up\n${text}-- migrate:down\n`]),
      up: (url) => ({
        command: [program, '--url', `${url}?sslmode=disable`, '--migrations-dir', 'migrations', '--no-dump-schema', 'up'],
      }),
    };
  },
};
