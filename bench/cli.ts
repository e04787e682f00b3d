import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../dist/bin/pawl.js', import.meta.url));

/** Runs `pawl <args>` of dist/. @returns seconds from start to exit @throws when it fails, with what it said */
export async function timeCli(args: string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`pawl ${args.join(' ')} ended with ${code}:\n${said}`);
  return (performance.now() - started) / 1000;
}

/** Starts `pawl <args>` and waits until its output matches. */
export async function spawnCli(
  args: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  ready: RegExp,
): Promise<{ end(): Promise<void> }> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const closed = once(child, 'close');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const hear = (text: string): void => {
      said += text;
      if (ready.test(said)) resolve();
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.on('close', () => reject(new Error(`pawl ${args.join(' ')} ended:\n${said}`)));
  });
  return {
    async end() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}
