import type { DeployStatus, TimelineEntry } from '../../contract/deploy.js';
import type { Output } from '../output.js';
import { newEntries } from '../view/timeline.js';
import type { News } from './news.js';

/** Each thing that happens as a line of JSON: what was done (`step`), the state when it changes, how far it is (`progress`). */
export class EventNews implements News {
  #last: TimelineEntry | undefined;
  #state = '';
  #progress = '';

  constructor(
    private readonly output: Output,
    /** For people, who are told beside. */
    private readonly beside: News,
  ) {}

  status(status: DeployStatus): void {
    const { timeline, state, fault, approval, stages, work } = status;
    for (const { at, text } of newEntries(timeline, this.#last)) this.output.event('step', { at, text });
    this.#last = timeline.at(-1) ?? this.#last;
    if (state !== this.#state) this.output.event('state', { state, fault, approval });
    this.#state = state;
    const progress = {
      stages: stages.map(({ kind, name, state, applied, total }) => ({ kind, name, state, applied, total })),
      work,
    };
    if (JSON.stringify(progress) !== this.#progress) this.output.event('progress', progress);
    this.#progress = JSON.stringify(progress);
    this.beside.status(status);
  }

  trouble(text: string | undefined): void {
    if (text !== undefined) this.output.event('trouble', { text });
    this.beside.trouble(text);
  }

  end(): void {
    this.beside.end();
  }
}
