import { SILENCES, type Sight } from '../../client/follow.js';
import type { DeployStatus } from '../../contract/deploy.js';
import type { Output } from '../output.js';
import { width } from '../view/look.js';
import { statusView } from '../view/status.js';
import type { News } from './news.js';

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const ERASE_BELOW = '\u001b[J';
const up = (rows: number): string => (rows > 0 ? `\u001b[${rows}A\r` : '\r');

/** The whole picture, redrawn in place: for terminals. */
export class LiveNews implements News {
  #drawn = 0;
  #status: DeployStatus | undefined;
  #trouble: string | undefined;
  #shown = '';
  #first: { readonly at: number; readonly applied: number } | undefined;
  readonly #output: Output;
  readonly #ending: boolean;

  /** @param ending whether the picture shows also what ends a deploy or waits for a decision, or somebody else will */
  constructor(output: Output, ending = false) {
    this.#output = output;
    this.#ending = ending;
  }

  sight(sight: Sight): void {
    if ('status' in sight) this.#status = sight.status;
    this.#trouble = 'silence' in sight ? SILENCES[sight.silence] : undefined;
    this.#draw();
  }

  end(): void {
    if (this.#drawn > 0) this.#output.draw(SHOW_CURSOR);
    this.#drawn = 0;
    this.#shown = '';
  }

  /** Migrations per second since it is watched. */
  #rate({ stages, work }: DeployStatus): number | undefined {
    const applied = stages.reduce((sum, stage) => sum + stage.applied, work?.applied ?? 0);
    this.#first ??= { at: Date.now(), applied };
    const seconds = (Date.now() - this.#first.at) / 1_000;
    return seconds < 1 ? undefined : (applied - this.#first.applied) / seconds;
  }

  #draw(): void {
    const look = this.#output.newsLook;
    const picture = this.#status ? statusView(this.#status, look, { ending: this.#ending, rate: this.#rate(this.#status) }) : '';
    const text = [picture, this.#trouble].filter(Boolean).join('\n\n');
    if (text === this.#shown || text === '') return;
    const lines = text.split('\n').slice(-(this.#output.rows - 1));
    this.#output.draw(`${HIDE_CURSOR}${up(this.#drawn)}${ERASE_BELOW}${lines.join('\n')}\n`);
    // A long line takes several rows of the screen.
    this.#drawn = lines.reduce((rows, line) => rows + Math.max(1, Math.ceil(width(line) / look.columns)), 0);
    this.#shown = text;
  }
}
