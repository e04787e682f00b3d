import { execFile } from 'node:child_process';

/** What a program wrote on stdout; a linter that has found something ends with another code than 0. */
export function said(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { env: { ...process.env, ...env }, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (stdout.trim() === '' && error) reject(new Error(stderr.trim() || error.message));
      else resolve(stdout);
    });
  });
}
