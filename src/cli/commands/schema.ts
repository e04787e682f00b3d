import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { heldUpTo } from '../../config/held-target.js';
import { deployDirect } from '../../direct/deploy.js';
import { quiet } from '../../direct/rehearse.js';
import { withScratch } from '../../embedded/scratch.js';
import { LEGACY_TRACKER_SCHEMAS, LEGACY_TRACKER_TABLES } from '../../catalog/legacy-trackers.js';
import { loadGrammar } from '../../engine/files/statements.js';
import { read } from '../../engine/postgres/read.js';
import { dumpSchema, withoutPlatform, type DumpedSchema } from '../../pg-dump/dump-schema.js';
import { rolesMadeBy } from '../../start/roles-made.js';
import { heldAt } from '../check/held-at.js';
import { CliError } from '../cli-error.js';
import type { Command, Context } from '../context.js';
import { dumpableServer } from '../dumpable-server.js';
import { EXIT } from '../exit-code.js';
import { idleControl } from '../idle-control.js';
import { likeTheTarget } from '../like-the-target.js';
import { openRelease, type OpenedRelease } from '../open-release.js';
import { schemaChanges, schemaText } from '../view/schema.js';

export interface SchemaSettings {
  readonly target?: string | undefined;
  /** The version after which the files' schema is wanted. */
  readonly at?: string | undefined;
  /** The schema of the database as it is, instead of the one that the files give. */
  readonly live?: boolean | undefined;
  readonly out?: string | undefined;
  /** A file that is to be held against it. */
  readonly check?: string | undefined;
}

/** Writes down the schema that the files give, or that the database has, as SQL in a stable order; or holds a file against it. */
export const schema: Command<SchemaSettings> = async (context, { target, at, live = false, out, check }) => {
  const { output, cwd } = context;
  const opened = await openRelease(context, target);
  await loadGrammar();
  const { dumped, major } = live ? await ofDatabase(context, opened) : await ofFiles(context, opened, at);
  const what = `${live ? 'the database' : 'the files'}${at === undefined ? '' : ` up to ${at}`}`;
  const text = schemaText({ target: opened.name, what, major }, dumped);
  if (check !== undefined) {
    const changes = schemaChanges(await textOf(resolve(cwd, check), check), text);
    const { same } = changes;
    output.report(same ? `✓ ${check} is the schema of ${what}` : `✗ ${check} is not the schema of ${what}\n\n${changes.text}`, {
      target: opened.name,
      file: check,
      same,
      missing: changes.missing,
      superfluous: changes.superfluous,
    });
    return same ? EXIT.done : EXIT.findings;
  }
  if (out === undefined) output.report(text.trimEnd(), { target: opened.name, major, sql: text });
  else {
    await writeFile(resolve(cwd, out), text);
    output.say(`The schema of ${what} is in ${out}.`);
    output.document({ target: opened.name, major, file: out });
  }
  return EXIT.done;
};

interface Dumped {
  readonly dumped: DumpedSchema;
  readonly major: number;
}

/** Deployed to a throwaway database; nobody is told, and no program is run. */
async function ofFiles(context: Context, opened: OpenedRelease, at: string | undefined): Promise<Dumped> {
  const { programs, bin } = dumpableServer(context.environment);
  const { release } = opened;
  const leaveOut = { schemas: [opened.engine.ledger] };
  const roles = { needed: [], made: await rolesMadeBy(release) };
  return withScratch(
    context.environment,
    async (scratch) => {
      const platform = await dumpSchema(programs.pgDump, await scratch.create(), leaveOut);
      return scratch.use(roles, async (url) => {
        const { held, environment } = heldAt(context, { opened, release }, url);
        const alone = heldUpTo({ ...held, target: { ...held.target, adopt: undefined } }, at);
        const story = { label: 'schema', by: 'pawl schema', say: () => undefined, control: idleControl() };
        await deployDirect({ held: quiet(alone, false), environment, ...story });
        const dumped = withoutPlatform(await dumpSchema(programs.pgDump, url, leaveOut), platform);
        return { dumped, major: await majorOf(url) };
      });
    },
    { bin, like: likeTheTarget(context, opened) },
  );
}

async function ofDatabase({ environment }: Context, { engine }: OpenedRelease): Promise<Dumped> {
  const { programs } = dumpableServer(environment);
  const leaveOut = { schemas: [engine.ledger, ...LEGACY_TRACKER_SCHEMAS], tables: LEGACY_TRACKER_TABLES };
  return { dumped: await dumpSchema(programs.pgDump, engine.url, leaveOut), major: await majorOf(engine.url) };
}

function majorOf(url: OpenedRelease['engine']['url']): Promise<number> {
  return read(url, 'pawl:schema', async (client) => {
    const { rows } = await client.query<{ server: number }>(`select current_setting('server_version_num')::int as server`);
    return Math.floor(rows[0]!.server / 10_000);
  });
}

async function textOf(path: string, shown: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError(EXIT.usage, 'USAGE', `${shown} cannot be read (${code})`, `Write it first: pawl schema --out ${shown}.`);
  }
}
