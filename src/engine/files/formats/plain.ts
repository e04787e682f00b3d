import type { MigrationFormat } from '../format.js';
import { numbered } from '../numbered.js';

/**
 * Numbered SQL files, one migration each; with `.up.sql` and `.down.sql` as golang-migrate has them. What a directory is that no other
 * format claims.
 */
export const plain: MigrationFormat = { name: 'plain', detects: () => false, read: numbered({}) };
