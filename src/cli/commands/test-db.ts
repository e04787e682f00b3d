import { createInterface } from 'node:readline';
import type { TestDatabase } from '../../testing/options.js';
import { keptDatabases, makeTestDatabase } from '../../testing/test-database.js';
import { CliError } from '../cli-error.js';
import type { Command } from '../context.js';
import { onInterrupt } from '../deploy/interrupt.js';
import { EXIT } from '../exit-code.js';

export interface TestDbSettings {
  readonly target?: string | undefined;
  /** Runs `exec` stages too. */
  readonly exec?: boolean;
  /** Shows the databases of failed tests instead of making one. */
  readonly kept?: boolean;
}

/** Makes databases for tests in other languages: one at once, and more as standard input asks for them; they are dropped when it ends. */
export const testDb: Command<TestDbSettings> = async ({ cwd, configFile, output }, { target, exec, kept = false }) => {
  const tell = (database: Pick<TestDatabase, 'name' | 'url'>): void => {
    const { name, url } = database;
    if (output.json) output.event({ name, url });
    else output.report(url, {});
  };
  const made = new Map<string, TestDatabase>();
  const make = async (): Promise<void> => {
    const database = await makeTestDatabase({ target, exec, cwd, config: configFile });
    made.set(database.name, database);
    tell(database);
  };
  if (kept) (await keptDatabases()).forEach(tell);
  else await make();
  const lines = createInterface({ input: process.stdin });
  const interrupt = onInterrupt();
  interrupt.signal.addEventListener('abort', () => lines.close());
  try {
    for await (const line of lines) {
      const [verb = '', name = ''] = line.trim().split(/\s+/);
      if (verb === 'new') await make();
      else if (verb === 'drop') await named(made, name).drop();
      else if (verb === 'keep') await named(made, name).keep();
      else if (verb !== '') throw unknownLine(verb);
      if (verb === 'drop' || verb === 'keep') made.delete(name);
    }
  } finally {
    interrupt.dispose();
    lines.close();
    for (const database of made.values()) await database.drop();
  }
  return EXIT.done;
};

function named(made: ReadonlyMap<string, TestDatabase>, name: string): TestDatabase {
  const database = made.get(name);
  if (database) return database;
  throw new CliError(
    EXIT.usage,
    'USAGE',
    `this process has made no database ${name || 'without a name'}`,
    'Name one that it has printed.',
  );
}

function unknownLine(verb: string): CliError {
  return new CliError(EXIT.usage, 'USAGE', `unknown line on standard input: ${verb}`, 'Write new, drop <name> or keep <name>.');
}
