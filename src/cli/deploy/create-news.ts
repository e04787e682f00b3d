import { EventTeller } from '../../client/events.js';
import type { Sight } from '../../client/follow.js';
import type { Output } from '../output.js';
import { LiveNews } from './live-news.js';
import type { News } from './news.js';
import { PlainNews } from './plain-news.js';

/**
 * On a terminal the picture is redrawn, elsewhere each entry is a line.
 * @param ending whether nobody else reports how the deploy ends or what it waits for
 */
export function createNews(output: Output, ending = false): News {
  const news = output.live ? new LiveNews(output, ending) : new PlainNews(output, ending);
  return output.streams ? new EventNews(output, news) : news;
}

/** Each thing that happens as a line of JSON, for programs. */
class EventNews implements News {
  readonly #teller = new EventTeller();
  readonly #output: Output;
  readonly #beside: News;

  constructor(
    output: Output,
    /** For people, who are told beside. */
    beside: News,
  ) {
    this.#output = output;
    this.#beside = beside;
  }

  sight(sight: Sight): void {
    for (const event of this.#teller.tell(sight)) this.#output.event(event);
    this.#beside.sight(sight);
  }

  end(): void {
    this.#beside.end();
  }
}
