import type { Sight } from '../../client/follow.js';

/** Tells a person or a program how a deploy goes on. */
export interface News {
  /** What the newest look found. Silence twice in a row is said once. */
  sight(sight: Sight): void;
  /** Nothing more will come. */
  end(): void;
}

/** Shows each sight until there are no more. @returns what the sights ended with */
export async function showAll<End>(sights: AsyncGenerator<Sight, End>, news: News): Promise<End> {
  try {
    for (;;) {
      const { done, value } = await sights.next();
      if (done) return value;
      news.sight(value);
    }
  } finally {
    news.end();
  }
}
