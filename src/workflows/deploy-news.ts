import { approvalText } from '../contract/approval.js';
import { choicesOf } from '../contract/choices.js';
import type { Board } from './board.js';
import type { Told } from './notifier.js';

/** A deploy, as people are told of it. */
export function toldOfDeploy(board: Board): Told {
  return {
    board,
    say: (text) => board.say(text),
    occasionOf: { blocked: 'blocked', 'waiting for approval': 'approval' },
    news() {
      const { target, environment, release, startedBy, fault, approval, approving } = board;
      const missing = approvalText(approving, startedBy);
      const what = fault?.message ?? `The approval is "${approval ?? ''}"${missing && ` (${missing})`}.`;
      const commands = choicesOf(board).map(({ command, effect }) => ({ command, effect }));
      return { target, environment, release, startedBy, what, fault, commands };
    },
  };
}
