import type { Choice } from '../../contract/choices.js';
import { pad, paint, width, type Look } from './look.js';

/** The commands below each other, each with what it does beside or, on a narrow screen, below it. */
export function choiceList(list: readonly Choice[], look: Look): string {
  const longest = Math.max(0, ...list.map(({ command }) => width(command)));
  const beside = list.every(({ effect }) => 2 + longest + 3 + effect.length <= look.columns);
  return list
    .map(({ command, effect }) => {
      const typed = paint(look, 'bold', command);
      return beside
        ? `  ${pad(typed, longest)}   ${paint(look, 'dim', effect)}`
        : `  ${typed}\n      ${paint(look, 'dim', effect)}`;
    })
    .join('\n');
}
