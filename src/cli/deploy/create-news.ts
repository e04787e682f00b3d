import type { Output } from '../output.js';
import { LiveNews } from './live-news.js';
import type { News } from './news.js';
import { PlainNews } from './plain-news.js';

/** On a terminal the picture is redrawn, elsewhere each entry is a line. */
export function createNews(output: Output, link: string | undefined): News {
  return output.live ? new LiveNews(output, link) : new PlainNews(output);
}
