import type { Output } from '../output.js';
import { LiveNews } from './live-news.js';
import { EventNews } from './event-news.js';
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
