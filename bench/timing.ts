import { spawn } from 'node:child_process';
import { once } from 'node:events';

export interface Process {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Codes that are no failure. */
  readonly accept?: readonly number[] | undefined;
}

/** Runs a program to its end. @returns seconds from its start to its exit @throws when it fails, with what it said */
export async function timed({ command, cwd, env, accept = [0] }: Process): Promise<number> {
  const started = performance.now();
  const child = spawn(command[0]!, command.slice(1), { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-4_000)));
  const [code] = (await once(child, 'close')) as [number];
  if (!accept.includes(code)) throw new Error(`${command.slice(0, 3).join(' ')} ended with ${code}:\n${said}`);
  return (performance.now() - started) / 1000;
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Cells of a Markdown table, as one line. */
export function row(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function table(titles: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  return [row(titles), `|${titles.map(() => '---|').join('')}`, ...rows.map(row)].join('\n');
}
