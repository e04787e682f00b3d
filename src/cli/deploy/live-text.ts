import type { Output } from '../output.js';
import { width } from '../view/look.js';
import { terminalText } from '../view/terminal.js';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_BELOW = '\u001b[J';
const up = (rows: number): string => (rows > 0 ? `\u001b[${rows}A\r` : '\r');

/** A text on a terminal that is redrawn in place when it has changed. */
export class LiveText {
  #drawn = 0;
  #shown = '';
  readonly #output: Output;

  constructor(output: Output) {
    this.#output = output;
  }

  draw(drawn: string): void {
    const text = terminalText(drawn, this.#output.newsLook.color);
    if (text === this.#shown || text === '') return;
    const lines = text.split('\n').slice(-(this.#output.rows - 1));
    this.#output.draw(`${HIDE_CURSOR}${up(this.#drawn)}${ERASE_BELOW}${lines.join('\n')}\n`);
    // A long line takes several rows of the screen.
    const { columns } = this.#output.newsLook;
    this.#drawn = lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(width(line) / columns)), 0);
    this.#shown = text;
  }

  /** Leaves the text where it is. */
  end(): void {
    if (this.#drawn > 0) this.#output.draw(SHOW_CURSOR);
    this.#drawn = 0;
    this.#shown = '';
  }
}
