import { EngineError } from '../engine/error.js';
import { canonicalCatalog } from './canonical.js';
import type { Catalog } from './catalog.js';

const FORMAT = 'pawl catalog 1';

/** The text of a recorded schema: JSON, one object a line, so that version control shows what changed. */
export function recordCatalog(catalog: Catalog): string {
  const objects = canonicalCatalog(catalog).objects.map((object) => `  ${JSON.stringify(object)}`);
  return `{ "format": "${FORMAT}", "server": ${catalog.server}, "objects": [\n${objects.join(',\n')}\n] }\n`;
}

/**
 * Reads what {@link recordCatalog} wrote.
 * @param file named in the error
 * @throws EngineError `CATALOG_UNREADABLE`
 */
export function parseCatalog(text: string, file: string): Catalog {
  const record = parse(text, file) as { format?: unknown; server: number; objects: Catalog['objects'] } | null;
  if (record?.format !== FORMAT) throw unreadable(file, `has no "format": "${FORMAT}"`);
  return { server: record.server, objects: record.objects };
}

function parse(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(file, `is no JSON: ${(error as Error).message}`);
  }
}

function unreadable(file: string, reason: string): EngineError {
  return new EngineError('CATALOG_UNREADABLE', 'refused', `${file} ${reason}`, {
    next: 'Record the schema again with this version of Pawl.',
  });
}
