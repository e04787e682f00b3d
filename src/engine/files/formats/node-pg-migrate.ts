import { someFile } from '../file-fault.js';
import type { MigrationFormat } from '../format.js';
import { compareVersions, type Migration } from '../migration.js';
import { numbered, type Script } from '../numbered.js';
import { keepSections } from '../section.js';

/** As node-pg-migrate's src/sqlMigration.ts finds them. */
const UP = /^\s*--[\s-]*up\s+migration/im;
const DOWN = /^\s*--[\s-]*down\s+migration/im;

/** node-pg-migrate's SQL files: `-- Up Migration`, `-- Down Migration`, in either order. */
export const nodePgMigrate: MigrationFormat = {
  name: 'node-pg-migrate',
  tool: 'node-pg-migrate',
  flat: true,
  detects: (listing) => someFile(listing, /^\d[^/]*\.sql$/, UP),
  read: numbered({ file: /^(\d+)(?:[_-].*)?\.sql$/, script, compare: byTime, known: 'by name' }),
};

function script(text: string): Script {
  const up = text.search(UP);
  const down = text.search(DOWN);
  const to = (other: number, from: number): number => (other > from ? other : text.length);
  return {
    sql: up < 0 ? text : keepSections(text, [{ start: up, end: to(down, up) }]),
    down: down < 0 ? undefined : keepSections(text, [{ start: down, end: to(up, down) }]),
  };
}

/** A prefix of 17 digits is a UTC time down to milliseconds, and sorts among those that count milliseconds (its utils/fileNameUtils.ts). */
function byTime(a: Migration, b: Migration): number {
  return compareVersions(milliseconds(a.version), milliseconds(b.version));
}

function milliseconds(version: string): string {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d{3})$/.exec(version)?.slice(1).map(Number);
  if (!parts) return version;
  const [year, month, ...rest] = parts as [number, number, number, number, number, number, number];
  return String(Date.UTC(year, month - 1, ...rest));
}
