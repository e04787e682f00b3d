/** Formats whose files stand in a plan, a journal or a chain of hashes beside them, and what writes a migration into it. */
const COMMANDS: Readonly<Record<string, string>> = {
  atlas: 'atlas migrate new <name>',
  drizzle: 'drizzle-kit generate --custom --name <name>',
  'graphile-migrate': 'graphile-migrate commit',
  liquibase: 'a changeset (`--changeset author:id`) in a file that the changelog includes',
  sqitch: 'sqitch add <name>',
};

/**
 * What a person does instead, where a file alone would never be deployed.
 * @param format name of the format
 * @returns undefined where a file is all it takes
 */
export function writtenByTool(format: string): string | undefined {
  const command = COMMANDS[format];
  if (command === undefined) return undefined;
  return format === 'liquibase' ? `Write ${command}.` : `Write it with \`${command}\`.`;
}
