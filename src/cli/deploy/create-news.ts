import type { Output } from '../output.js';
import { LiveNews } from './live-news.js';
import type { News } from './news.js';
import { PlainNews } from './plain-news.js';

/** On a terminal the picture is redrawn, elsewhere each entry is a line. */
export function createNews(output: Output): News {
  return output.live ? new LiveNews(output) : new PlainNews(output);
}
