import { cargoInstall } from '../peers/tools-folder.js';
import type { Linter, Said } from './linter.js';
import { said } from './said.js';

/** E9 asks for a lock_timeout, which every deploy of ours sets by itself. */
const SETTINGS = ['E9'];

const VERSION = '0.8.3';

/** Reads the SQL. */
export const eugeneLint: Linter = {
  name: `eugene lint ${VERSION}`,
  style: SETTINGS,
  async install() {
    const program = await eugene();
    return async ({ path }) => rulesOf(await said(program, ['lint', '--format', 'json', path]));
  },
};

/** Runs the SQL, as `pawl check` does. */
export const eugeneTrace: Linter = {
  name: `eugene trace ${VERSION}`,
  style: SETTINGS,
  async install() {
    const program = await eugene();
    return async ({ path, url }) => {
      const { hostname, port, username, password, pathname } = new URL(url);
      const where = ['--host', hostname, '--port', port, '--user', username, '--database', pathname.slice(1)];
      const args = ['trace', '--format', 'json', '--disable-temporary', '--commit', ...where, path];
      return rulesOf(await said(program, args, { PGPASS: password, PGPASSWORD: password }));
    };
  },
};

const eugene = (): Promise<string> => cargoInstall(`eugene@${VERSION}`, 'eugene');

/** Its hints are numbered E for errors and W for warnings. */
function rulesOf(report: string): Said[] {
  const { statements } = JSON.parse(report) as { statements: { triggered_rules: { id: string }[] }[] };
  return statements.flatMap((statement) =>
    statement.triggered_rules.map(({ id }) => ({ rule: id, level: id.startsWith('E') ? 'error' : 'warning' })),
  );
}
