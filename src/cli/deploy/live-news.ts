import { SILENCES, type Sight } from '../../client/follow.js';
import type { DeployStatus } from '../../contract/deploy.js';
import type { Output } from '../output.js';
import { statusView } from '../view/status.js';
import { LiveText } from './live-text.js';
import type { News } from './news.js';

/** The whole picture, redrawn in place: for terminals. */
export class LiveNews implements News {
  #status: DeployStatus | undefined;
  #trouble: string | undefined;
  #first: { readonly at: number; readonly applied: number } | undefined;
  readonly #output: Output;
  readonly #text: LiveText;
  readonly #ending: boolean;

  /** @param ending whether the picture shows also what ends a deploy or waits for a decision, or somebody else will */
  constructor(output: Output, ending = false) {
    this.#output = output;
    this.#text = new LiveText(output);
    this.#ending = ending;
  }

  sight(sight: Sight): void {
    if ('status' in sight) this.#status = sight.status;
    this.#trouble = 'silence' in sight ? SILENCES[sight.silence] : undefined;
    this.#draw();
  }

  end(): void {
    this.#text.end();
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
    this.#text.draw([picture, this.#trouble].filter(Boolean).join('\n\n'));
  }
}
