import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { actor } from '../actor.js';
import { CliError } from '../cli-error.js';
import type { Command, Context } from '../context.js';
import { decide, type DecisionSettings } from '../deploy/decide.js';
import { readLineToSign } from '../deploy/line-to-sign.js';
import { signWithSsh } from '../deploy/sign-with-ssh.js';
import { EXIT } from '../exit-code.js';
import { namedDeploy } from '../named-deploy.js';

export interface ApproveSettings extends DecisionSettings {
  /** Which approval is meant, in case that another one waits by now. */
  readonly name?: string | undefined;
  /** Key to sign it with: a private one, or a public one whose private one ssh-agent has. */
  readonly sign?: string | undefined;
  /** File with a signature that was made elsewhere. */
  readonly signature?: string | undefined;
  /** Print what is to be signed, or with a signature what goes into the update of the Web UI, and send nothing. */
  readonly print?: boolean | undefined;
}

/** Gives the approval that a deploy waits for. */
export const approve: Command<ApproveSettings> = async (context, { name, sign, signature: file, print, ...settings }) => {
  const { output } = context;
  const deploy = await namedDeploy(context, settings.target);
  const line = sign === undefined && !print ? undefined : await readLineToSign(deploy);
  const signature =
    sign !== undefined && line !== undefined
      ? signWithSsh(context, sign, line)
      : file === undefined
        ? undefined
        : await readSignature(context, file);
  if (!print)
    return decide(
      context,
      { verb: 'approve', ...(name !== undefined && { name }), ...(signature !== undefined && { signature }) },
      { ...settings, target: deploy.target },
    );
  if (signature === undefined) {
    output.report(line!, { ...deploy, line });
    return EXIT.done;
  }
  const update = { by: await actor(context, settings.by), signature };
  output.report(JSON.stringify(update), update);
  return EXIT.done;
};

async function readSignature({ cwd }: Context, file: string): Promise<string> {
  const text = await readFile(resolve(cwd, file), 'utf8').catch((error: unknown) => {
    throw new CliError(
      EXIT.usage,
      'USAGE',
      `cannot read ${file}: ${(error as Error).message}`,
      'Name the file that ssh-keygen -Y sign has written.',
    );
  });
  return text.replaceAll('\r\n', '\n').trim();
}
