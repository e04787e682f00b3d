import { spawnSync } from 'node:child_process';
import { SIGNATURE_NAMESPACE, signedText } from '../../contract/signed-approval.js';
import { CliError } from '../cli-error.js';
import type { Context } from '../context.js';
import { EXIT } from '../exit-code.js';

/**
 * Signs a line with ssh-keygen, which asks for a passphrase or a touch itself, and finds keys in ssh-agent.
 * @param key file of a private key, or of a public one that ssh-agent has the private one of
 * @throws CliError
 */
export function signWithSsh({ cwd, environment, output }: Context, key: string, line: string): string {
  output.say(`Signing: ${line}`);
  const args = ['-q', '-Y', 'sign', '-n', SIGNATURE_NAMESPACE, '-f', key];
  const { error, status, stdout } = spawnSync('ssh-keygen', args, {
    ...{ cwd, env: environment, input: signedText(line) },
    stdio: ['pipe', 'pipe', 'inherit'],
    encoding: 'utf8',
  });
  // One that ends before it has read all says why itself.
  if (error && status === null)
    throw new CliError(
      EXIT.failed,
      'PROGRAM_MISSING',
      `ssh-keygen cannot be started: ${error.message}`,
      'Install OpenSSH 8.2 or newer here; or sign the line of `pawl approve --print` elsewhere, and name the file with --signature.',
    );
  if (status !== 0)
    throw new CliError(
      EXIT.failed,
      'NOT_SIGNED',
      `ssh-keygen has not signed with ${key}: it ended with ${status ?? 'a signal'}`,
      'It says why above. Name the file of a private key, or of a public one whose private key ssh-agent has.',
    );
  return stdout.trim();
}
