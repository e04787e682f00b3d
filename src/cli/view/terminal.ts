import { visible } from '../../text/visible.js';

/** Weight and colours as `paint` sets and ends them; nothing that hides, blinks or moves. */
const PAINT = /(\u001b\[(?:1|2|22|3[1-79]|90)m)/;

/** The one door to a terminal: of control sequences only our own colours pass, and only where colour is wanted. */
export function terminalText(text: string, color: boolean): string {
  if (!color) return visible(text);
  return text
    .split(PAINT)
    .map((part, index) => (index % 2 === 1 ? part : visible(part)))
    .join('');
}
