import { LEGACY_TOOLS } from '../engine/legacy/tools.js';

/** Tables in which other migration tools keep their books, as these tools name them; not those that may as well be somebody's own. */
export const LEGACY_TRACKER_TABLES = [
  ...new Set(
    LEGACY_TOOLS.filter(({ commonNames, shape }) => !commonNames && shape.schema === undefined).flatMap(
      ({ shape, companions = {} }) => [shape.table, ...Object.keys(companions)],
    ),
  ),
];

/** Schemas that such tools keep to themselves. */
export const LEGACY_TRACKER_SCHEMAS = [
  ...new Set(LEGACY_TOOLS.flatMap(({ ownSchema, shape }) => ownSchema ?? shape.schema ?? [])),
];
