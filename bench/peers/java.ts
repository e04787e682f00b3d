import { byPath, padded, type Peer } from './peer.js';
import { mavenInstall } from './tools-folder.js';

const FLYWAY = '11.8.2';
const LIQUIBASE = '4.32.0';

const classes = (): Promise<string> =>
  mavenInstall(
    `org.flywaydb:flyway-commandline:${FLYWAY}`,
    `org.flywaydb:flyway-database-postgresql:${FLYWAY}`,
    'com.fasterxml.jackson.dataformat:jackson-dataformat-toml:2.15.2',
    'com.fasterxml.jackson.dataformat:jackson-dataformat-xml:2.15.2',
    `org.liquibase:liquibase-core:${LIQUIBASE}`,
    'info.picocli:picocli:4.7.7',
    'org.postgresql:postgresql:42.7.5',
  );

function jdbc(url: string): { url: string; user: string; password: string } {
  const { host, pathname, username, password } = new URL(url);
  return { url: `jdbc:postgresql://${host}${pathname}`, user: username, password };
}

export const flyway: Peer = {
  name: 'Flyway',
  commits: 'each file',
  async install() {
    const java = ['java', '-cp', await classes(), 'org.flywaydb.commandline.Main'];
    return {
      version: ['echo', FLYWAY],
      layout: (sql) => byPath(sql, (text, n) => [`migrations/V${n + 1}__step.sql`, text]),
      up(url) {
        const database = jdbc(url);
        const options = [`-url=${database.url}`, `-user=${database.user}`, `-password=${database.password}`];
        return { command: [...java, ...options, '-locations=filesystem:migrations', 'migrate'] };
      },
    };
  },
};

export const liquibase: Peer = {
  name: 'Liquibase',
  commits: 'each file',
  async install() {
    const java = ['java', '-cp', await classes(), 'liquibase.integration.commandline.LiquibaseCommandLine'];
    return {
      version: ['echo', LIQUIBASE],
      layout: (sql) => ({
        'changelog.yaml': `databaseChangeLog:\n  - includeAll: { path: migrations, relativeToChangelogFile: true }\n`,
        ...byPath(sql, (text, n) => [
          `migrations/${padded(n)}_step.sql`,
          `--liquibase formatted sql\n--changeset bench:${n + 1} splitStatements:false\n${text}`,
        ]),
      }),
      up(url) {
        const database = jdbc(url);
        const options = [`--url=${database.url}`, `--username=${database.user}`, `--password=${database.password}`];
        return { command: [...java, '--changelog-file=changelog.yaml', ...options, 'update'] };
      },
    };
  },
};
