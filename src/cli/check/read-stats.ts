import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import * as z from 'zod';
import type { Statistics } from '../../check/report.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-code.js';

const statistics = z.record(z.string(), z.object({ bytes: z.number().nonnegative(), rows: z.number().nonnegative() }));

/** Reads what `pawl stats` wrote. @throws CliError */
export async function readStatsFile({ cwd }: Context, file: string): Promise<Statistics> {
  try {
    return statistics.parse(JSON.parse(await readFile(resolve(cwd, file), 'utf8')));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'it does not exist' : 'it is not what pawl stats writes';
    throw new CliError(EXIT.usage, 'USAGE', `${file} cannot be read: ${why}`, `Write it with pawl stats <target> > ${file}.`);
  }
}
