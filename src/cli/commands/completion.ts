import type { Command } from '../context.js';
import { EXIT } from '../exit-code.js';
import type { VerbEntry } from '../verb-tree.js';
import { completionScript, type Shell } from '../view/completion.js';

export interface CompletionSettings {
  readonly shell: Shell;
  readonly verbs: readonly VerbEntry[];
}

/** Prints the script that teaches a shell the verbs and their options. */
export const completion: Command<CompletionSettings> = ({ output }, { shell, verbs }) => {
  const script = completionScript(shell, verbs);
  output.report(script, { shell, script });
  return Promise.resolve(EXIT.done);
};
