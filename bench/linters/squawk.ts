import { npmInstall } from '../peers/tools-folder.js';
import type { Linter } from './linter.js';
import { said } from './said.js';

const VERSION = '2.66.0';

export const squawk: Linter = {
  name: `squawk ${VERSION}`,
  style: [
    'prefer-robust-stmts',
    'require-lock-timeout',
    'require-statement-timeout',
    'prefer-identity',
    'prefer-text-field',
    'prefer-bigint-over-int',
    'prefer-bigint-over-smallint',
    'prefer-timestamptz',
  ],
  async install() {
    const program = `${await npmInstall(`squawk-cli@${VERSION}`)}/squawk`;
    return async ({ path }) => {
      const found = JSON.parse(await said(program, ['--reporter', 'Json', path])) as { rule_name: string; level: string }[];
      return found.map(({ rule_name: rule, level }) => ({ rule, level: level === 'Error' ? 'error' : 'warning' }));
    };
  },
};
