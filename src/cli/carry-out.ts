import type { Command, Context } from './context.js';
import type { ExitCode } from './exit-code.js';
import type { Output } from './output.js';

/** Carries out a verb to its end. @returns its exit code; what it throws is said, for people and for programs */
export async function carryOut<Settings>(
  load: () => Promise<Command<Settings>>,
  settings: Settings,
  context: Context,
): Promise<ExitCode> {
  try {
    const command = await load();
    return await command(context, settings);
  } catch (error) {
    return failed(context.output, error);
  }
}

async function failed(output: Output, thrown: unknown): Promise<ExitCode> {
  const { errorView, errorDocument } = await import('./view/error.js');
  const { exitCodeOf } = await import('./error-exit.js');
  const { missingPackage } = await import('./missing-package.js');
  const error = missingPackage(thrown) ?? thrown;
  const exit = exitCodeOf(error);
  output.say(errorView(error, output.newsLook, output.live));
  output.document({ error: errorDocument(error), exit });
  return exit;
}
