import type { FoundMigrations } from './find-migrations.js';
import type { ProjectFacts } from './project-facts.js';

/** The configuration of a new user, in the language of the project. */
export function configText(
  { target, variable, typescript }: ProjectFacts,
  { directory, tool }: Omit<FoundMigrations, 'count'>,
): string {
  return typescript ? inTypeScript(target, variable, directory, tool) : inYaml(target, variable, directory, tool);
}

function inTypeScript(target: string, variable: string, directory: string, tool: string | undefined): string {
  const name = /^[a-zA-Z_]\w*$/.test(target) ? target : `'${target}'`;
  const adopt = tool === undefined ? '' : `      adopt: { from: '${tool}' },\n`;
  return `import { defineConfig } from 'pawl';

export default defineConfig({
  targets: {
    ${name}: {
      database: { env: '${variable}' },
${adopt}      stages: [{ migrate: '${directory}' }],
    },
  },
});
`;
}

function inYaml(target: string, variable: string, directory: string, tool: string | undefined): string {
  const adopt = tool === undefined ? '' : `    adopt: { from: ${tool} }\n`;
  return `# yaml-language-server: $schema=node_modules/pawl/schema.json
targets:
  ${/^\d/.test(target) ? `'${target}'` : target}:
    database: { env: ${variable} }
${adopt}    stages:
      - migrate: ${directory}
`;
}
