import { PassThrough } from 'node:stream';
import { carryOut } from '../../../src/cli/carry-out.js';
import type { Command } from '../../../src/cli/context.js';
import { Output } from '../../../src/cli/output.js';
import type { HostileCase } from './case.js';

export interface Told {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A verb as `pawl` carries it out, in this process: a new one would take longer to start than all that it does. */
export async function tell<Settings>(
  command: Command<Settings>,
  settings: Settings,
  place: { readonly cwd: string; readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<Told> {
  const written = { stdout: '', stderr: '' };
  const streamOf = (name: keyof typeof written): NodeJS.WriteStream => {
    const stream = new PassThrough();
    stream.on('data', (text: Buffer) => (written[name] += text.toString()));
    return stream as unknown as NodeJS.WriteStream;
  };
  const environment = { NO_COLOR: '1', COLUMNS: '1000', ...place.environment };
  const output = new Output({ stdout: streamOf('stdout'), stderr: streamOf('stderr'), environment, json: false });
  const code = await carryOut(() => Promise.resolve(command), settings, { cwd: place.cwd, environment, output });
  await new Promise(setImmediate);
  return { code, ...written };
}

/** What is not as it should be about an answer, in words; none for a good one. */
export function faultsIn({ code, stdout, stderr }: Told, { exit, says }: Omit<HostileCase, 'what'>): string[] {
  const errors = stderr.match(/^✗ /gm)?.length ?? 0;
  return [
    ...(code === exit ? [] : [`exit code ${code} instead of ${exit}`]),
    ...(errors === (exit === 0 ? 0 : 1) ? [] : [`${errors} errors instead of one`]),
    ...(exit === 0 || stdout === '' ? [] : ['something on stdout']),
    ...(says.test(stderr) ? [] : [`does not say ${String(says)}`]),
    ...(exit === 0 || /^ {2}pawl explain [A-Z0-9_]+$/m.test(stderr) ? [] : ['names no code']),
    ...(/unexpected error|bug in Pawl|\n\s+at .*:\d+|\bundefined\b|\[object /.test(stderr) ? ['speaks of itself'] : []),
    ...(stderr.length < 5_000 ? [] : [`${stderr.length} characters`]),
    ...(/(?!\n)\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u.test(stderr) ? ['control characters'] : []),
  ];
}
