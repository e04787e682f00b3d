import type { Migration } from '../files/migration.js';
import { literal } from '../postgres/quote.js';
import { stem } from './claim.js';
import { relation } from './tables.js';
import type { LegacyTracker } from './tool.js';

/** Takes away the row that names a file, whatever its extension there. */
export const removeStem = (tracker: LegacyTracker, { name }: Pick<Migration, 'name'>): string[] => [
  `delete from ${relation(tracker)} where regexp_replace(name, '\\.[a-z]+$', '') = ${literal(stem(name))}`,
];
